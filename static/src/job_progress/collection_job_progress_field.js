import {
    CollectionRunProgressField,
    collectionRunProgressField,
} from "../run_progress/collection_run_progress_field";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

const FINISHED = ["done", "failed", "stopped"];

/** Progress of a data job: reads the job again whenever the worker says something. */
export class CollectionJobProgressField extends CollectionRunProgressField {
    get message() {
        const {state, processed, total} = this.data;
        if (state === "waiting") {
            return _t("Waiting for a service, %(done)s of %(total)s done", {
                done: processed,
                total,
            });
        }
        if (state === "running") {
            return _t("%(done)s of %(total)s done", {done: processed, total});
        }
        return _t("Waiting for the scheduled job to begin...");
    }

    get isMeasured() {
        return ["running", "waiting"].includes(this.data.state);
    }

    isWorking({data, resId}) {
        return Boolean(resId && data.is_queued && !FINISHED.includes(data.state));
    }
}

export const collectionJobProgressField = {
    ...collectionRunProgressField,
    component: CollectionJobProgressField,
    displayName: _t("Progress of a data job"),
    fieldDependencies: [
        {name: "state", type: "selection"},
        {name: "is_queued", type: "boolean"},
        {name: "processed", type: "integer"},
        {name: "total", type: "integer"},
    ],
};

registry.category("fields").add("collection_job_progress", collectionJobProgressField);
