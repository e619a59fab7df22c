"""The floor of a letter: address, text, table and total, drawn without any layout."""

import io
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.lib.units import mm
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

HEADINGS = ("Facture", "Date", "Échéance", "Montant", "Reste dû")
WORDS = """Sauf erreur de notre part, les factures suivantes restent impayées. Nous vous
remercions de les régler, ou de nous dire ce qui s'y oppose."""
GRID = TableStyle(
    [
        ("LINEBELOW", (0, 0), (-1, -1), 0.5, colors.grey),
        ("ALIGN", (3, 0), (-1, -1), "RIGHT"),
        ("FONTSIZE", (0, 0), (-1, -1), 9),
    ]
)
READ = """
    SELECT p.name, p.street, p.zip, p.city,
           array_agg(ARRAY[m.name, to_char(l.date, 'DD/MM/YYYY'),
                           to_char(l.date_maturity, 'DD/MM/YYYY'), l.balance::text,
                           l.amount_residual::text] ORDER BY l.date_maturity),
           sum(l.amount_residual)
      FROM account_move_line l
      JOIN account_move m ON m.id = l.move_id
      JOIN res_partner p ON p.id = l.partner_id
     WHERE l.account_id = ANY(%(accounts)s) AND l.company_id = %(company)s
       AND l.reconciled IS NOT TRUE AND l.parent_state = 'posted'
       AND l.date_maturity < CURRENT_DATE AND l.balance > 0
     GROUP BY p.id ORDER BY p.id LIMIT %(count)s"""


def draw_letters(env, values, count):
    """Draw so many letters, each a file; return how many there were to draw."""
    env.cr.execute(READ, {**values, "count": count})
    rows = env.cr.fetchall()
    for row in rows:
        SimpleDocTemplate(io.BytesIO(), pagesize=A4).build(_story(*row))
    return len(rows)


def _story(name, street, postcode, town, lines, total):
    styles = getSampleStyleSheet()
    normal, heading = styles["Normal"], styles["Heading3"]
    address = "<br/>".join(
        escape(text or "") for text in (name, street, f"{postcode} {town}")
    )
    return [
        Paragraph("<b>Banc SAS</b><br/>10 rue de la Paix<br/>75002 Paris", normal),
        Spacer(1, 20 * mm),
        Table([[Paragraph(address, normal)]], colWidths=[80 * mm], hAlign="RIGHT"),
        Spacer(1, 10 * mm),
        Paragraph("Votre compte", heading),
        Paragraph("Madame, Monsieur,", normal),
        Paragraph(WORDS, normal),
        Spacer(1, 5 * mm),
        Table([HEADINGS, *lines], style=GRID, repeatRows=1),
        Paragraph(f"<b>Total dû : {total} €</b>", normal),
    ]
