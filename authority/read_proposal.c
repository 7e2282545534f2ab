/* SPDX-License-Identifier: ISC
 * Proposals, as their charter lets them be seen. */
#include "authority/read.h"

#include <string.h>

#include "authority/charters.h"
#include "authority/value.h"
#include "charter/explain.h"

/* Electors: the subject of an expulsion does not vote on it. Votes that count: before the decision those that no other replaced,
 * afterwards those that the tally counted. Vouches that count: those that are not void, or were not at the decision. */
#define PROPOSALS_SQL \
	"SELECT p.number, p.digest, p.question, p.subject, p.member, coalesce(a.name, m.name), p.opened, p.closes, p.outcome," \
	" p.n - (p.question IN (1, 3, 4))::int4, p.version, t.yes, t.no, t.abstain, p.doc," \
	" (SELECT string_agg(by.name, ', ' ORDER BY u.idx) FROM vouches u JOIN members by ON by.g = u.g AND by.member = u.member" \
	" JOIN member_keys k ON k.g = u.g AND k.key = u.key WHERE u.g = p.g AND u.application = p.subject" \
	" AND (by.ended IS NULL OR by.ended > e.idx) AND (k.dead IS NULL OR k.dead > e.idx)), p.again FROM proposals p" \
	" LEFT JOIN decisions e ON e.g = p.g AND e.number = p.number" \
	" LEFT JOIN applications a ON p.question = 0 AND a.g = p.g AND a.digest = p.subject" \
	" LEFT JOIN members m ON p.question IN (1, 3, 4) AND m.g = p.g AND m.member = p.member" \
	" LEFT JOIN LATERAL (SELECT count(*) FILTER (WHERE v.choice = 0) AS yes, count(*) FILTER (WHERE v.choice = 1) AS no," \
	" count(*) FILTER (WHERE v.choice = 2) AS abstain FROM votes v" \
	" LEFT JOIN ballots b ON b.g = v.g AND b.number = v.number AND b.vote = v.digest" \
	" WHERE v.g = p.g AND v.number = p.number AND v.replaced IS NULL AND coalesce(b.status, 0) = 0) t ON true "
enum column {
	NUMBER,
	DIGEST,
	QUESTION,
	SUBJECT,
	MEMBER,
	NAME,
	OPENED,
	CLOSES,
	OUTCOME,
	ELECTORS,
	VERSION,
	YES,
	NO,
	ABSTAIN,
	DOC,
	VOUCHED,
	AGAIN
};

static bool may_count(const struct charter *c, bool decided)
{
	return decided || c->voting.show != SHOW_NOTHING;
}

/* What it takes, in one sentence. */
static json_t *needs(const struct charter *c, enum question q, bool again, uint32_t n)
{
	struct buf text = { 0 };
	json_t *v = NULL;

	if (explain_requirement(c, charter_requirement(c, q, again), n, &text))
		v = json_stringn((const char *)text.p, text.n);
	buf_free(&text);
	return v;
}

/* Numbers and times: what a summary and an applicant's view share. */
static json_t *times(const PGresult *r, int i, const struct charter *c)
{
	bool decided = !res_null(r, i, OUTCOME), shown = may_count(c, decided);

	return json_pack("{s:o,s:o,s:o,s:o,s:o*,s:o*,s:o*,s:s*}", "number", column_int(r, i, NUMBER), "opened", column_int(r, i, OPENED),
		"closes", column_int(r, i, CLOSES), "electors", column_int(r, i, ELECTORS), "yes", shown ? column_int(r, i, YES) : NULL,
		"no", shown ? column_int(r, i, NO) : NULL, "abstain", shown ? column_int(r, i, ABSTAIN) : NULL, "outcome",
		decided ? outcome_name((enum outcome)res_int(r, i, OUTCOME)) : NULL);
}

static json_t *summary(struct worker *w, const struct group *g, const PGresult *r, int i, struct err *e)
{
	enum question q = (enum question)res_int(r, i, QUESTION);
	const struct charter *c;
	json_t *doc, *more;

	if (!charters_by_version(w, g->g, (uint32_t)res_int(r, i, VERSION), &c, e))
		return NULL;
	doc = times(r, i, c);
	more = json_pack("{s:o,s:s,s:o,s:o*,s:o*,s:o,s:o*}", "digest", column_digest(r, i, DIGEST), "question", question_name(q), "subject",
		column_digest(r, i, SUBJECT), "member", column_id16(r, i, MEMBER), "name", column_text(r, i, NAME), "needs",
		needs(c, q, res_bool(r, i, AGAIN), (uint32_t)res_int(r, i, ELECTORS)), "vouched", column_text(r, i, VOUCHED));
	if (doc == NULL || more == NULL || json_object_update(doc, more) != 0) {
		json_decref(doc);
		doc = NULL;
		err_memory(e);
	}
	json_decref(more);
	return doc;
}

json_t *read_proposals(struct worker *w, const struct group *g, bool open, const struct page *p, struct err *e)
{
	static const struct statement st = {
		"read_proposals",
		PROPOSALS_SQL "WHERE p.g = $1 AND p.number > $2 AND (NOT $3 OR p.outcome IS NULL) ORDER BY p.number LIMIT $4",
	};
	json_t *doc = json_pack("{s:[]}", "proposals"), *list = json_object_get(doc, "proposals");
	struct db_args a = { 0 };
	PGresult *r = NULL;
	bool ok;

	arg_int4(&a, g->g);
	arg_int8(&a, p->after);
	arg_bool(&a, open);
	arg_int8(&a, p->limit + 1);
	ok = (doc != NULL || err_memory(e)) && db_run(w->db, &st, &a, &r, e);
	for (int i = 0; ok && i < PQntuples(r) && i < p->limit; i++)
		ok = json_array_append_new(list, summary(w, g, r, i, e)) == 0 || err_memory(e);
	if (ok && PQntuples(r) > p->limit)
		ok = json_object_set_new(doc, "next", column_int(r, p->limit - 1, NUMBER)) == 0 || err_memory(e);
	PQclear(r);
	if (ok)
		return doc;
	json_decref(doc);
	return NULL;
}

json_t *read_proposal_of(struct worker *w, const struct group *g, const struct digest *application, uint64_t *number, struct err *e)
{
	static const struct statement st = { "read_proposal_of", PROPOSALS_SQL "WHERE p.g = $1 AND p.question = 0 AND p.subject = $2" };
	const struct charter *c;
	struct db_args a = { 0 };
	json_t *doc = NULL;
	PGresult *r;

	*number = 0;
	arg_int4(&a, g->g);
	arg_digest(&a, application);
	if (!db_run(w->db, &st, &a, &r, e))
		return NULL;
	if (PQntuples(r) == 1 && charters_by_version(w, g->g, (uint32_t)res_int(r, 0, VERSION), &c, e)) {
		*number = (uint64_t)res_int(r, 0, NUMBER);
		if ((doc = times(r, 0, c)) == NULL)
			err_memory(e);
	}
	PQclear(r);
	return doc;
}

/* ---- one proposal, with what it is about */

/* Sets a member, which is taken; NULL with nothing wrong leaves it out. */
static bool put(json_t *doc, const char *name, json_t *v, struct err *e)
{
	if (v == NULL)
		return err_ok(e);
	return json_object_set_new(doc, name, v) == 0 || err_memory(e);
}

/* One document by the subject's digest, and its free text. */
static bool put_subject(struct worker *w, const struct group *g, const struct digest *subject, const struct statement *st, const char *name,
	const char *text, json_t *doc, struct err *e)
{
	struct db_args a = { 0 };
	PGresult *r;
	bool ok = true;

	arg_int4(&a, g->g);
	arg_digest(&a, subject);
	if (!db_run(w->db, st, &a, &r, e))
		return false;
	if (PQntuples(r) == 1)
		ok = put(doc, name, column_document(r, 0, 0), e) && put(doc, text, column_free_text(r, 0, 1), e);
	PQclear(r);
	return ok;
}

static bool put_question(struct worker *w, const struct group *g, enum question q, const struct digest *subject, json_t *doc, struct err *e)
{
	static const struct statement application = { "read_asked_application",
		"SELECT doc, statement, salt FROM applications WHERE g = $1 AND digest = $2" };
	static const struct statement motion = { "read_asked_motion",
		"SELECT doc, reason, salt FROM objects WHERE g = $1 AND digest = $2" };

	if (q == Q_ADMIT)
		return put_subject(w, g, subject, &application, "application", "statement", doc, e);
	if (q == Q_EXPEL)
		return put_subject(w, g, subject, &motion, "motion", "reason", doc, e);
	if (q == Q_RENEW || q == Q_RECOVER)
		return put_subject(w, g, subject, &motion, q == Q_RENEW ? "renewal" : "recovery", "reason", doc, e);
	return put(doc, "draft", read_draft(w, g, subject, e), e);
}

/* Who said what: only where the charter shows it. */
static json_t *voters(struct worker *w, const struct group *g, uint64_t number, struct err *e)
{
	static const struct statement st = {
		"read_voters",
		"SELECT v.member, m.name, v.choice, v.stored, v.reason, v.salt FROM votes v JOIN members m ON m.g = v.g AND m.member = v.member"
		" WHERE v.g = $1 AND v.number = $2 AND v.replaced IS NULL ORDER BY v.stored, v.member",
	};
	json_t *list = json_array();
	struct db_args a = { 0 };
	PGresult *r = NULL;
	bool ok;

	arg_int4(&a, g->g);
	arg_int8(&a, (int64_t)number);
	ok = (list != NULL || err_memory(e)) && db_run(w->db, &st, &a, &r, e);
	for (int i = 0; ok && i < PQntuples(r); i++)
		ok = json_array_append_new(list,
			     json_pack("{s:o,s:o,s:s,s:o,s:o*}", "member", column_id16(r, i, 0), "name", column_text(r, i, 1), "choice",
				     choice_name((enum choice)res_int(r, i, 2)), "stored", column_int(r, i, 3), "reason",
				     column_free_text(r, i, 4))) == 0 ||
			err_memory(e);
	PQclear(r);
	if (ok)
		return list;
	json_decref(list);
	return NULL;
}

static json_t *decision_of(struct worker *w, const struct group *g, uint64_t number, struct err *e)
{
	static const struct statement st = { "read_decision", "SELECT doc FROM decisions WHERE g = $1 AND number = $2" };
	struct db_args a = { 0 };
	json_t *doc = NULL;
	PGresult *r;

	arg_int4(&a, g->g);
	arg_int8(&a, (int64_t)number);
	if (!db_run(w->db, &st, &a, &r, e))
		return NULL;
	if (PQntuples(r) == 1)
		doc = column_document(r, 0, 0);
	PQclear(r);
	return doc;
}

static json_t *whole(struct worker *w, const struct group *g, const PGresult *r, struct err *e)
{
	const uint64_t number = (uint64_t)res_int(r, 0, NUMBER);
	const enum question q = (enum question)res_int(r, 0, QUESTION);
	const struct charter *c;
	struct digest subject;
	json_t *doc = summary(w, g, r, 0, e);
	bool ok = doc != NULL && res_digest(r, 0, SUBJECT, &subject) && put(doc, "proposal", column_document(r, 0, DOC), e) &&
		put_question(w, g, q, &subject, doc, e) && charters_by_version(w, g->g, (uint32_t)res_int(r, 0, VERSION), &c, e);

	if (ok && c->voting.show == SHOW_VOTES)
		ok = put(doc, "voters", voters(w, g, number, e), e);
	ok = ok && put(doc, "decision", decision_of(w, g, number, e), e) && put(doc, "asks", read_asks(w, g, number, e), e);
	if (ok)
		return doc;
	json_decref(doc);
	return NULL;
}

static json_t *load(struct worker *w, const struct group *g, uint64_t number, struct err *e)
{
	static const struct statement st = { "read_proposal", PROPOSALS_SQL "WHERE p.g = $1 AND p.number = $2" };
	struct db_args a = { 0 };
	json_t *doc = NULL;
	PGresult *r;

	arg_int4(&a, g->g);
	arg_int8(&a, (int64_t)number);
	if (!db_run(w->db, &st, &a, &r, e))
		return NULL;
	if (PQntuples(r) == 1)
		doc = whole(w, g, r, e);
	else
		err_set(e, "not_found", "the group has no proposal %llu", (unsigned long long)number);
	PQclear(r);
	if (doc == NULL)
		err_memory(e);
	return doc;
}

json_t *read_proposal(struct worker *w, const struct group *g, uint64_t number, struct err *e)
{
	json_t *doc;

	if (!db_snapshot_begin(w->db, e))
		return NULL;
	doc = load(w, g, number, e);
	db_snapshot_end(w->db);
	return doc;
}
