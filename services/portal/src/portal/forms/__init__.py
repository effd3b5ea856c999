"""Forms: declared once by their fields; shown, read and refused by what is declared."""
