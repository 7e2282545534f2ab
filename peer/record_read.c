/* SPDX-License-Identifier: ISC
 * The parts of a record, as they stand in the document. */
#include <stdlib.h>
#include <string.h>

#include "peer/record_state.h"

static bool read_digests(const struct at *at, const char *name, size_t max, struct buf *out, size_t *n)
{
	struct at list, one;
	struct digest d;

	if (!at_member(at, name, &list) || !at_array(&list, 0, max, n))
		return false;
	for (size_t i = 0; i < *n; i++) {
		if (!at_element(&list, i, &one) || !at_digest(&one, NULL, &d))
			return false;
		buf_add(out, d.b, sizeof(d.b));
	}
	return !out->failed || err_memory(at->e);
}

static bool read_path(struct record *r, const struct at *at, struct record_path *out)
{
	out->at = r->paths.n / sizeof(struct digest);
	return read_digests(at, "path", MERKLE_PATH_MAX, &r->paths, &out->n);
}

static bool read_line(struct record *r, const struct at *at, const char *name, struct record_line *out)
{
	out->at = r->bytes.n;
	if (!at_base64(at, name, 1, OBJECT_MAX, &r->bytes))
		return false;
	out->n = r->bytes.n - out->at;
	return true;
}

static bool read_lines(struct record *r, const struct at *at)
{
	struct at list, one;
	size_t n;

	if (!at_member(at, "entries", &list) || !at_array(&list, 2, RECORD_LINES_MAX, &n))
		return false;
	r->lines = calloc(n, sizeof(*r->lines));
	if (r->lines == NULL)
		return err_memory(at->e);
	for (; r->lines_n < n; r->lines_n++)
		if (!at_element(&list, r->lines_n, &one) || !read_line(r, &one, NULL, &r->lines[r->lines_n]))
			return false;
	return true;
}

static bool read_links(struct record *r, const struct at *at)
{
	struct at list, one;
	size_t n;

	if (!at_member(at, "charters", &list) || !at_array(&list, 1, TRUST_CHARTERS_MAX, &n))
		return false;
	r->links = calloc(n, sizeof(*r->links));
	if (r->links == NULL)
		return err_memory(at->e);
	for (; r->links_n < n; r->links_n++) {
		struct record_link *l = &r->links[r->links_n];

		if (!at_element(&list, r->links_n, &one) || !signed_charter_read(&one, "entry", &l->signed_charter))
			return false;
		if (!read_line(r, &one, "entry", &l->line)) {
			signed_charter_free(&l->signed_charter);
			return false;
		}
	}
	return true;
}

bool record_read_seat(struct record *r, const struct at *at, struct record_seat *out)
{
	static const char *const members[] = { "member", "key", "weight", "index", "path", NULL };
	int64_t weight, index;
	struct at seat;

	if (!at_member(at, "elector", &seat) || !at_only(&seat, members) || !at_id16(&seat, "member", &out->elector.member) ||
		!at_thumb(&seat, "key", &out->elector.key) || !at_int(&seat, "weight", 0, UINT32_MAX, &weight) ||
		!at_int(&seat, "index", 0, UINT32_MAX, &index))
		return false;
	out->elector.weight = (uint32_t)weight;
	out->index = (uint64_t)index;
	return read_path(r, &seat, &out->path);
}

static bool read_evidence(struct record *r, const struct at *at)
{
	struct at votes, objects, one;
	struct id16 member;

	if (!at_member(at, "votes", &votes) || !at_member(at, "evidence", &objects) || !evidence_read(at, &r->evidence))
		return false;
	r->seats = calloc(r->evidence.votes_n + 1, sizeof(*r->seats));
	r->voucher_seats = calloc(r->evidence.objects_n + 1, sizeof(*r->voucher_seats));
	if (r->seats == NULL || r->voucher_seats == NULL)
		return err_memory(at->e);
	for (size_t i = 0; i < r->evidence.votes_n; i++)
		if (!at_element(&votes, i, &one) || !record_read_seat(r, &one, &r->seats[i]))
			return false;
	for (size_t i = 0; i < r->evidence.objects_n; i++)
		if (evidence_by_member(&r->evidence.objects[i].jws, &member) &&
			(!at_element(&objects, i, &one) || !record_read_seat(r, &one, &r->voucher_seats[i])))
			return false;
	return true;
}

/* The draft of an amendment: its own record would be this one. */
static bool read_draft(struct record *r, const struct at *at)
{
	struct at draft, inner;

	if (!at_member(at, "draft", &draft) || !signed_charter_read(&draft, NULL, &r->draft))
		return false;
	return r->draft.record == NULL ||
		(at_member(&draft, "record", &inner) && at_refuse(&inner, "unknown_member", "a draft has no record"));
}

/* One of three subjects, with what belongs to it; which of them the proposal asks for is seen later. */
static bool read_subject(struct record *r, const struct at *at)
{
	static const char *const beside[] = { "mover", "movers", "complaints", "holder" };
	struct at place;

	r->has_application = at_has(at, "application");
	r->has_motion = at_has(at, "motion");
	r->has_draft = at_has(at, "draft");
	r->has_renewal = at_has(at, "renewal");
	r->has_recovery = at_has(at, "recovery");
	if (r->has_application + r->has_motion + r->has_draft + r->has_renewal + r->has_recovery != 1)
		return at_refuse(
			at, "bad_record", "a record has an application, a motion, a draft, a renewal or a recovery, and one of them alone");
	if (r->has_motion)
		return record_read_motion(r, at);
	if (r->has_renewal || r->has_recovery)
		return record_read_request(r, at);
	for (size_t i = 0; i < sizeof(beside) / sizeof(beside[0]); i++)
		if (at_has(at, beside[i]) && at_member(at, beside[i], &place))
			return at_refuse(&place, "unknown_member", "%s does not stand beside this subject", beside[i]);
	return r->has_draft ? read_draft(r, at) : at_jws(at, "application", &r->application_jws);
}

/* The certificate, or why there is none. */
static bool read_gmc(struct record *r, const struct at *at)
{
	struct at ended;

	r->has_ended = at_has(at, "ended");
	r->has_gmc = at_has(at, "gmc") || (at_has(at, "authority") && !r->has_ended);
	if (!r->has_gmc && !r->has_ended)
		return err_ok(at->e);
	if (!at_base64(at, "authority", 1, GMC_DER_MAX, &r->authority))
		return false;
	if (r->has_gmc && !at_base64(at, "gmc", 1, GMC_DER_MAX, &r->gmc))
		return false;
	if (!r->has_ended)
		return true;
	return at_member(at, "ended", &ended) &&
		(!r->has_gmc || at_refuse(&ended, "unknown_member", "what ended a membership stands in a record without a certificate")) &&
		read_line(r, at, "ended", &r->ended);
}

static bool read_text(const struct at *at, struct record_text *out)
{
	static const char *const members[] = { "of", "salt", "text", NULL };
	static const char *const words[] = { "statement", "reason", NULL };
	int of;

	if (!at_only(at, members) || !at_word(at, "of", words, &of) || !at_base64_exact(at, "salt", out->salt, sizeof(out->salt)) ||
		!at_string(at, "text", 1, RECORD_TEXT_MAX, &out->text))
		return false;
	out->of = words[of];
	return true;
}

static bool read_texts(struct record *r, const struct at *at)
{
	struct at list, one;
	size_t n;

	if (!at_optional(at, "texts", &list) || (list.v != NULL && !at_array(&list, 0, RECORD_TEXTS_MAX, &n)))
		return false;
	if (list.v == NULL || n == 0)
		return true;
	r->texts = calloc(n, sizeof(*r->texts));
	if (r->texts == NULL)
		return err_memory(at->e);
	for (; r->texts_n < n; r->texts_n++)
		if (!at_element(&list, r->texts_n, &one) || !read_text(&one, &r->texts[r->texts_n]))
			return false;
	return true;
}

static bool read_head(struct record *r, const struct at *at)
{
	static const char *const members[] = { "kind", "format", "genesis", "charters", "application", "motion", "mover", "movers",
		"complaints", "draft", "renewal", "recovery", "holder", "proposal", "votes", "evidence", "decision", "entries", "nodes",
		"head", "gmc", "authority", "ended", "scheme", "texts", NULL };
	static const char *const kinds[] = { KIND_RECORD, NULL };
	int64_t format;
	struct at place;
	int kind;

	if (!at_word(at, "kind", kinds, &kind) || !at_int(at, "format", OBJECT_FORMAT, OBJECT_FORMAT, &format) || !at_only(at, members) ||
		!at_digest(at, "genesis", &r->genesis))
		return false;
	if (!r->whole && at_has(at, "charters") && at_member(at, "charters", &place))
		return at_refuse(&place, "unknown_member", "the record of a voted charter has no charters of its own");
	return true;
}

bool record_read(struct record *r, const json_t *doc)
{
	const struct at at = at_root(doc, r->e);
	size_t nodes;

	return read_head(r, &at) && (!r->whole || read_links(r, &at)) && read_subject(r, &at) &&
		at_jws(&at, "proposal", &r->proposal_jws) && read_evidence(r, &at) && at_jws(&at, "decision", &r->decision_jws) &&
		read_lines(r, &at) && read_digests(&at, "nodes", RECORD_NODES_MAX, &r->nodes, &nodes) &&
		at_jws(&at, "head", &r->head_jws) && read_gmc(r, &at) && read_texts(r, &at);
}

void record_free(struct record *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < r->links_n; i++)
		signed_charter_free(&r->links[i].signed_charter);
	free(r->links);
	jws_free(&r->application_jws);
	record_free_motion(r);
	jws_free(&r->request_jws);
	jws_free(&r->proposal_jws);
	jws_free(&r->decision_jws);
	jws_free(&r->head_jws);
	signed_charter_free(&r->draft);
	decision_free(&r->decision);
	evidence_free(&r->evidence);
	free(r->seats);
	free(r->voucher_seats);
	free(r->lines);
	free(r->texts);
	free(r->standing);
	free(r->vouched);
	buf_free(&r->bytes);
	buf_free(&r->nodes);
	buf_free(&r->paths);
	buf_free(&r->gmc);
	buf_free(&r->authority);
	verified_free(&r->verified);
	free(r);
}
