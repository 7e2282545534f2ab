/* SPDX-License-Identifier: ISC */
#include "voting/decision.h"

#include "base/time.h"

static const char *const outcomes[] = { "yes", "no", "expired", "void", NULL };
/* In the order of enum void_cause, without the first. */
static const char *const causes[] = { "withdrawn", "subject_gone", "key_gone", "full", "objected", "sponsor", NULL };

const char *outcome_name(enum outcome o)
{
	return outcomes[o];
}

static bool read_outcome(const struct at *at, struct decision *d)
{
	int outcome = 0, cause = 0;
	struct at place;

	if (!at_word(at, "outcome", outcomes, &outcome) || !at_optional(at, "cause", &place))
		return false;
	d->outcome = (enum outcome)outcome;
	if (place.v == NULL)
		return true;
	if (d->outcome != OUTCOME_VOID)
		return at_refuse(&place, "unknown_member", "only a void decision has a cause");
	if (!at_word(at, "cause", causes, &cause))
		return false;
	d->cause = (enum void_cause)(cause + 1);
	return true;
}

static bool read_count(const struct at *at, const char *name, uint32_t *out)
{
	int64_t n = 0;

	if (!at_int(at, name, 0, UINT32_MAX, &n))
		return false;
	*out = (uint32_t)n;
	return true;
}

static bool read_votes(const struct at *at, struct decision *d)
{
	static const char *const members[] = { "root", "yes", "no", "abstain", "void", NULL };
	struct at votes;

	return at_member(at, "votes", &votes) && at_only(&votes, members) && at_digest(&votes, "root", &d->votes_root) &&
		read_count(&votes, "yes", &d->yes) && read_count(&votes, "no", &d->no) && read_count(&votes, "abstain", &d->abstain) &&
		read_count(&votes, "void", &d->voided);
}

bool decision_parse(const struct jws *j, struct decision *out, struct err *e)
{
	static const char *const members[] = { "charter", "proposal", "outcome", "cause", "votes", "evidence", "decided", "log", "scheme",
		NULL };
	const json_t *part = NULL;
	struct decision d = { 0 };
	struct object o;
	struct at at;
	bool rc;

	if (!object_open(KIND_DECISION, j, members, &o, &at, e))
		return false;
	d.digest = o.digest;
	d.genesis = o.genesis;
	rc = at_digest(&at, "charter", &d.charter) && at_digest(&at, "proposal", &d.proposal) && read_outcome(&at, &d) &&
		read_votes(&at, &d) && at_digest(&at, "evidence", &d.evidence_root) && at_int(&at, "decided", 0, TIME_MAX, &d.decided) &&
		at_tree(&at, "log", &d.log_size, &d.log_root) && at_scheme(&at, &part) &&
		(part == NULL || (d.scheme = json_deep_copy(part)) != NULL || err_memory(e));
	if (rc)
		*out = d;
	object_free(&o);
	return rc;
}

static bool set_votes(json_t *o, const struct decision *d)
{
	json_t *votes = json_object();

	if (object_set_digest(votes, "root", &d->votes_root) && object_set_int(votes, "yes", d->yes) &&
		object_set_int(votes, "no", d->no) && object_set_int(votes, "abstain", d->abstain) &&
		object_set_int(votes, "void", d->voided))
		return json_object_set_new(o, "votes", votes) == 0;
	json_decref(votes);
	return false;
}

void decision_free(struct decision *d)
{
	if (d == NULL)
		return;
	json_decref(d->scheme);
	d->scheme = NULL;
}

json_t *decision_print(const struct decision *d)
{
	json_t *o = object_begin(KIND_DECISION, &d->genesis);

	if (object_set_digest(o, "charter", &d->charter) && object_set_digest(o, "proposal", &d->proposal) &&
		object_set_string(o, "outcome", outcome_name(d->outcome)) &&
		(d->cause == VOID_NONE || object_set_string(o, "cause", causes[d->cause - 1])) && set_votes(o, d) &&
		object_set_digest(o, "evidence", &d->evidence_root) && object_set_int(o, "decided", d->decided) &&
		object_set_tree(o, "log", d->log_size, &d->log_root) && object_set_part(o, "scheme", d->scheme))
		return o;
	json_decref(o);
	return NULL;
}
