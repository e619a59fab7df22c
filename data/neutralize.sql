-- A copy of a database contacts nobody and keeps no key.
UPDATE res_company SET collection_auto_run = FALSE, collection_auto_verify = FALSE;
UPDATE collection_run SET is_queued = FALSE;
UPDATE collection_data_job SET is_queued = FALSE;
UPDATE collection_registry_service SET key = NULL, login = NULL, password = NULL;
UPDATE ir_cron SET active = FALSE
 WHERE id IN (SELECT res_id FROM ir_model_data
               WHERE module = 'l10n_fr_debt_collection' AND model = 'ir.cron');
