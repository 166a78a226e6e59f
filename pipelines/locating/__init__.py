"""Where on a page the article stands: candidates and an arbiter between them. Enters: the tree and its
blocks.
"""
