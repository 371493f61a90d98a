"""Programs for whoever develops this; nothing at run time needs them."""
