"""A tick on near axes as a few kernels, which live the text of the law block by block."""
