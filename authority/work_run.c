/* SPDX-License-Identifier: ISC */
#include "authority/work_run.h"

#include "authority/acts.h"
#include "authority/inviting.h"
#include "authority/store_application.h"
#include "authority/store_ceremony.h"
#include "authority/store_certificate.h"
#include "authority/store_group.h"
#include "authority/store_proposal.h"
#include "authority/store_puzzle.h"
#include "authority/store_suspension.h"
#include "authority/suspend.h"

enum { PUBLISH_BATCH = 256 };

/* ---- jobs */

static bool run_open(struct worker *w, const struct work_job *job, struct err *e)
{
	return act_open(w, job->g, &job->digest, e);
}

static bool run_decide(struct worker *w, const struct work_job *job, struct err *e)
{
	bool decided;

	return act_decide(w, job->g, job->number, &decided, e);
}

/* What the signer does not sign itself, it leaves to the members. */
static bool run_publish(struct worker *w, const struct work_job *job, struct err *e)
{
	size_t published = PUBLISH_BATCH;

	while (published == PUBLISH_BATCH)
		if (!act_publish(w, job->g, &published, e))
			return false;
	return act_ceremonies(w, job->g, e);
}

static bool run_lists(struct worker *w, const struct work_job *job, struct err *e)
{
	return act_lists(w, job->g, false, e);
}

static bool run_seeds(struct worker *w, const struct work_job *job, struct err *e)
{
	return act_seeds(w, job->g, e);
}

static bool run_lapse(struct worker *w, const struct work_job *job, struct err *e)
{
	return suspend_lapse(w, job->g, e);
}

static bool run_draw(struct worker *w, const struct work_job *job, struct err *e)
{
	return act_draw(w, job->g, e);
}

static bool run_ceremonies(struct worker *w, const struct work_job *job, struct err *e)
{
	return act_ceremonies(w, job->g, e);
}

bool work_run(struct worker *w, const struct work_job *job, struct err *e)
{
	static bool (*const run[WORK_KINDS])(struct worker *, const struct work_job *, struct err *) = {
		[WORK_OPEN] = run_open,
		[WORK_DECIDE] = run_decide,
		[WORK_PUBLISH] = run_publish,
		[WORK_LISTS] = run_lists,
		[WORK_SEEDS] = run_seeds,
		[WORK_LAPSE] = run_lapse,
		[WORK_DRAW] = run_draw,
		[WORK_CEREMONIES] = run_ceremonies,
	};

	return run[job->kind](w, job, e);
}

/* ---- finding them */

static void found_application(void *arg, int32_t g, uint64_t number, const struct digest *digest)
{
	(void)number;
	work_open(arg, g, digest);
}

static void found_proposal(void *arg, int32_t g, uint64_t number, const struct digest *digest)
{
	(void)digest;
	work_post(arg, WORK_DECIDE, g, number);
}

static void found_intended(void *arg, int32_t g, uint64_t number, const struct digest *digest)
{
	(void)number;
	(void)digest;
	work_post(arg, WORK_PUBLISH, g, 0);
}

static void found_list(void *arg, int32_t g, uint64_t number, const struct digest *digest)
{
	(void)number;
	(void)digest;
	work_post(arg, WORK_LISTS, g, 0);
}

static void found_group(void *arg, int32_t g, uint64_t number, const struct digest *digest)
{
	(void)number;
	(void)digest;
	work_post(arg, WORK_SEEDS, g, 0);
}

static void found_over(void *arg, int32_t g, uint64_t number, const struct digest *digest)
{
	(void)number;
	(void)digest;
	work_post(arg, WORK_LAPSE, g, 0);
}

static void found_candidates(void *arg, int32_t g, uint64_t number, const struct digest *digest)
{
	(void)number;
	(void)digest;
	work_post(arg, WORK_DRAW, g, 0);
}

static void found_threshold(void *arg, int32_t g, uint64_t number, const struct digest *digest)
{
	(void)number;
	(void)digest;
	work_post(arg, WORK_CEREMONIES, g, 0);
}

void work_touch(struct worker *w, int32_t g)
{
	/* When the store is away the timer finds them: their stamps differ. */
	if (w->a->work != NULL)
		(void)store_proposal_open(w, g, found_proposal, w->a->work, NULL);
}

static bool look(struct worker *w, bool first, struct err *e)
{
	struct work *k = w->a->work;

	if (!store_application_received(w, found_application, k, e) || !store_proposal_due(w, found_proposal, k, e) ||
		!store_suspension_due(w, found_over, k, e) || !store_candidate_groups(w, found_candidates, k, e) ||
		!store_ceremony_groups(w, found_threshold, k, e))
		return false;
	if (first && !store_group_open(w, found_group, k, e))
		return false;
	if (w->a->signer_path == NULL)
		return true;
	return store_certificate_groups(w, found_intended, k, e) && store_group_lists_due(w, found_list, k, e) &&
		(!first || store_group_open(w, found_intended, k, e));
}

/* What there is to do comes first: it does not wait for what is only to be cleared away. */
bool work_look(struct worker *w, bool first, struct err *e)
{
	return look(w, first, e) && store_puzzle_forget(w, e);
}
