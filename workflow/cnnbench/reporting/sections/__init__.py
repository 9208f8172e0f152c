"""Sections of a document, one file each, named as its template in `report/sections`."""
