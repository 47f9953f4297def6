"""The site: what lies in the repository, laid out for Sphinx. `python3 start.py site` builds it."""
