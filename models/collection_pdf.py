import logging
from concurrent.futures import ThreadPoolExecutor

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import split_every

from odoo.addons.base.models.ir_actions_report import _wkhtml

from ..tools import pdf_batch
from ..tools.html_batch import HtmlBatch

_logger = logging.getLogger(__name__)

BATCH_SIZE = 200
# Converters at work side by side, and the records from which it is worth it.
CONVERTERS = 2
WORTH_SHARING = 40
DOWNLOAD_MARK = "collection: download"
# Odoo's patched converter prints a CSS millimetre as one. The plain one shrinks every
# page by a fixed factor: for it all has to be so much larger.
ZOOM_PATCHED = 1.0
ZOOM_PLAIN = 1.304
SCALE_TOLERANCE = 0.007

# Zoom of each converter met by this process, once its scale has been measured.
_zooms = {}


class CollectionPdf(models.AbstractModel):
    """Prints many records at once: one PDF per record, one converter start per batch.

    The templates of its reports have the form that :mod:`..tools.html_batch` describes.
    Nothing is fetched over HTTP: all CSS and all images are in the page itself.
    """

    _name = "collection.pdf"
    _description = "PDF of collection documents"

    @api.model
    def _render(self, report_xmlid, records):
        """Return ``{record id: content of its PDF}``.

        :param report_xmlid: a ``qweb-pdf`` report on the model of ``records``
        :raise UserError: a document cannot be made; the message names its record
        """
        pdfs = {}
        for ids in split_every(BATCH_SIZE, records.ids):
            pdfs |= self._render_batch(report_xmlid, records.browse(ids))
        return pdfs

    @api.model
    def _merge(self, pdfs):
        """Return one PDF with the pages of all ``pdfs`` (contents), in their order."""
        try:
            return pdf_batch.merge(pdfs)
        except pdf_batch.BrokenPdfError as error:
            raise UserError(
                self.env._("Document %s is not a readable PDF.", error.index + 1)
            ) from error

    @api.model
    def _render_batch(self, report_xmlid, records):
        report = self.env["ir.actions.report"]._get_report(report_xmlid)
        parts = self._share_out(records)
        batches = [self._lay_out(report, part) for part in parts]
        contents = self._convert_side_by_side(report, batches)
        pdfs = {}
        for part, batch, content in zip(parts, batches, contents, strict=True):
            try:
                pdfs |= pdf_batch.split(content, batch.nonce, part.ids, batch.feet)
            except pdf_batch.PdfBatchError as error:
                raise self._document_error(part, error) from error
        return pdfs

    @api.model
    def _share_out(self, records):
        """Return the records that each converter prints: few go to one."""
        if len(records) < WORTH_SHARING:
            return [records]
        size = -(-len(records) // CONVERTERS)
        return list(split_every(size, records.ids, records.browse))

    @api.model
    def _lay_out(self, report, records):
        batch = HtmlBatch(self._render_html(report, records))
        if batch.keys != records.ids:
            missing = records.browse(set(records.ids) - set(batch.keys)) or records
            raise self._document_error(
                missing, self.env._("The report has no page of its own for it.")
            )
        return batch

    # === HTML === #

    @api.model
    def _render_html(self, report, records):
        """Return the page with all documents; an error names the record at fault."""
        try:
            return self._try_html(report, records)
        except OperationalError:
            raise
        except Exception as error:
            culprit, reason = self._find_culprit(report, records) or (records, error)
            raise self._document_error(culprit, reason) from error

    @api.model
    def _try_html(self, report, records):
        with self.env.cr.savepoint(flush=False):
            html, _type = self.env["ir.actions.report"]._render_qweb_html(
                report, records.ids
            )
        return html.decode()

    @api.model
    def _find_culprit(self, report, records):
        """Return the first record that fails alone, and why; ``None`` if none does."""
        for record in records:
            try:
                self._try_html(report, record)
            except OperationalError:
                raise
            except Exception as error:
                # QWeb wraps the error in pages about its place in the templates.
                return record, error.__cause__ or error
        return None

    @api.model
    def _document_error(self, records, reason):
        names = ", ".join(records[:5].mapped("display_name"))
        return UserError(
            self.env._(
                "The document of “%(record)s” cannot be made: %(reason)s",
                record=names,
                reason=reason,
            )
        )

    # === PDF === #

    @api.model
    def _convert_side_by_side(self, report, batches):
        """Return the PDFs of batches, each printed by a converter of its own.

        What the converters are told is read beforehand: their threads do not touch the
        database, and this one waits for them.
        """
        if len(batches) == 1:
            return [self._convert_to_scale(report, batches[0])]
        report._build_wkhtmltopdf_args(report.get_paperformat(), False)
        with ThreadPoolExecutor(len(batches)) as pool:
            return list(
                pool.map(lambda batch: self._convert_to_scale(report, batch), batches)
            )

    @api.model
    def _convert_to_scale(self, report, batch):
        """Return the PDF of a batch in which a millimetre is one, within tolerance.

        The ruler sheet tells the scale. If the zoom is wrong for this converter, the
        batch is printed again with the right one, which is remembered.
        """
        converter = self._get_converter()
        zoom = _zooms.get(converter.bin) or (
            ZOOM_PATCHED if converter.is_patched_qt else ZOOM_PLAIN
        )
        content = self._convert(report, batch.to_html(zoom))
        scale = pdf_batch.measure_scale(content, batch.nonce)
        if abs(scale - 1) <= SCALE_TOLERANCE:
            return content
        _logger.info("%s prints at a scale of %.3f: corrected", converter.bin, scale)
        _zooms[converter.bin] = zoom / scale
        return self._convert(report, batch.to_html(zoom / scale))

    @api.model
    def _get_converter(self):
        converter = _wkhtml()
        if converter.state == "install":
            raise UserError(
                self.env._("PDFs cannot be made: wkhtmltopdf is not installed.")
            )
        return converter

    @api.model
    def _convert(self, report, html):
        still = report.with_context(collection_has_no_script=True)
        return still._run_wkhtmltopdf([html], report_ref=still)

    # === DOWNLOADS === #

    @api.model
    def _make_download(self, name, content, mimetype="application/pdf"):
        """Return an attachment to download ``content`` from, within a day.

        What it holds is kept elsewhere, and is personal data of many.
        """
        return self.env["ir.attachment"].create(
            {
                "name": name,
                "raw": content,
                "mimetype": mimetype,
                "description": DOWNLOAD_MARK,
            }
        )

    @api.autovacuum
    def _gc_downloads(self):
        yesterday = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        self.env["ir.attachment"].search(
            [
                ("description", "=", DOWNLOAD_MARK),
                ("create_date", "<", yesterday),
                ("res_id", "in", (False, 0)),
            ]
        ).unlink()
