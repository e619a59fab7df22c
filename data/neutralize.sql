-- A copy of a database contacts nobody.
UPDATE res_company SET collection_auto_run = FALSE;
UPDATE collection_run SET is_queued = FALSE;
UPDATE ir_cron SET active = FALSE
 WHERE id IN (SELECT res_id FROM ir_model_data
               WHERE module = 'l10n_fr_debt_collection' AND model = 'ir.cron');
