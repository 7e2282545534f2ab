/* SPDX-License-Identifier: ISC
 * gmc audit: a decision, decided again from its record; or the whole log. */
#include "peer/cmd.h"

#include <string.h>
#include <unistd.h>

static const char *outcome_words(enum outcome o)
{
	static const char *const words[] = {
		[OUTCOME_YES] = "YES", [OUTCOME_NO] = "NO", [OUTCOME_EXPIRED] = "EXPIRED", [OUTCOME_VOID] = "VOID"
	};

	return words[o];
}

static const char *ending_words(enum event v)
{
	return v == EVENT_LEFT ? "the member left" : v == EVENT_EXPELLED ? "the member was expelled" : "its key or serial was revoked";
}

static void tell_trace(struct cli *c, const struct decision_trace *t)
{
	for (size_t i = 0; i < t->n; i++)
		term_text(&c->term, "         %*s%s %s", (int)t->nodes[i].depth * 2, "", t->nodes[i].state == VERDICT_YES ? "+" : "-",
			t->nodes[i].text);
}

static void tell_votes(struct cli *c, const struct audit *a)
{
	char probation[48] = "";

	if (a->without > 0)
		snprintf(probation, sizeof(probation), ", %u of them on probation", (unsigned)a->without);
	term_line(&c->term, "votes", "%u yes, %u no, %u abstained, of %u members%s", (unsigned)a->yes, (unsigned)a->no,
		(unsigned)a->abstain, (unsigned)a->n, probation);
	if (a->approvals + a->vouches + a->challenges > 0)
		term_line(&c->term, "evidence", "%u from operators, %u vouches, %u challenges met", (unsigned)a->approvals,
			(unsigned)a->vouches, (unsigned)a->challenges);
}

static void tell_audit(struct cli *c, const struct audit *a)
{
	char member[ID16_TEXT], when[TIME_TEXT], serial[ID16_TEXT];
	enum paint p = a->outcome == OUTCOME_YES ? PAINT_GOOD : PAINT_BAD;

	id16_text(&a->member, member);
	id16_text(&a->serial, serial);
	time_text(a->decided, when);
	term_line(&c->term, "audit", "decided again offline: %s%s%s (%d)", term_on(&c->term, p), outcome_words(a->outcome),
		term_off(&c->term, p), a->outcome == OUTCOME_YES ? EXIT_DONE : GMC_NOT_MEMBER);
	term_line(&c->term, "proposal", "%llu: %s%s%s, under charter version %u", (unsigned long long)a->number, question_name(a->question),
		a->question != Q_AMEND ? " member " : "", a->question != Q_AMEND ? member : "", (unsigned)a->version);
	tell_votes(c, a);
	tell_trace(c, &a->trace);
	term_line(&c->term, "decided", "%s", when);
	if (a->has_gmc)
		term_line(&c->term, "issued", "certificate %s", serial);
	if (a->has_ending)
		term_line(&c->term, "issued", "not shown: %s (entry %llu)", ending_words(a->ending), (unsigned long long)a->ending_index);
}

static json_t *trace_json(const struct decision_trace *t)
{
	json_t *list = json_array();

	for (size_t i = 0; i < t->n; i++) {
		const struct trace_node *n = &t->nodes[i];

		json_array_append_new(list,
			json_pack("{s:s, s:s, s:I, s:I, s:I, s:s}", "pointer", n->pointer, "state", verdict_name(n->state), "needed",
				(json_int_t)n->needed, "seen", (json_int_t)n->seen, "missing", (json_int_t)n->missing, "text", n->text));
	}
	return list;
}

static void print_json(struct cli *c, const struct audit *a)
{
	json_t *doc = json_object();

	object_set_string(doc, "outcome", outcome_name(a->outcome));
	object_set_string(doc, "question", question_name(a->question));
	object_set_int(doc, "proposal", (int64_t)a->number);
	object_set_digest(doc, "genesis", &a->genesis);
	object_set_digest(doc, "decision", &a->decision);
	object_set_digest(doc, "subject", &a->subject);
	object_set_id16(doc, "member", &a->member);
	object_set_int(doc, "version", a->version);
	object_set_int(doc, "electors", a->n);
	object_set_int(doc, "yes", a->yes);
	object_set_int(doc, "no", a->no);
	object_set_int(doc, "abstain", a->abstain);
	object_set_int(doc, "on_probation", a->without);
	object_set_int(doc, "approvals", a->approvals);
	object_set_int(doc, "vouches", a->vouches);
	object_set_int(doc, "challenges", a->challenges);
	object_set_int(doc, "decided", a->decided);
	if (a->has_gmc)
		object_set_id16(doc, "serial", &a->serial);
	if (a->has_ending)
		json_object_set_new(
			doc, "ended", json_pack("{s:s, s:I}", "event", event_name(a->ending), "index", (json_int_t)a->ending_index));
	json_object_set_new(doc, "trace", trace_json(&a->trace));
	term_json(&c->term, doc);
	json_decref(doc);
}

/* What a record that does not hold means: another group's, one that a newer program may read, or one that was tampered with. */
static int refusal_code(const struct err *e)
{
	static const char *const unknown[] = { "feature_unsupported", "unknown_leaf", "wrong_format", "unknown_extension" };

	if (err_is(e, "no_memory"))
		return EXIT_FAILED;
	if (err_is(e, "wrong_context"))
		return GMC_NOT_MEMBER;
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++)
		if (err_is(e, unknown[i]))
			return GMC_CANNOT_TELL;
	return GMC_FORGED;
}

static int tell_refusal(struct cli *c)
{
	int code = refusal_code(&c->e);
	const char *word = code == GMC_FORGED ? "FORGED" : code == GMC_NOT_MEMBER ? "OF ANOTHER GROUP" : "CANNOT TELL";
	json_t *doc;

	if (code == EXIT_FAILED)
		return cmd_fail(c);
	term_line(&c->term, "audit", "%s%s%s (%d)", term_on(&c->term, PAINT_BAD), word, term_off(&c->term, PAINT_BAD), code);
	if (c->term.json) {
		doc = json_pack("{s:s, s:i, s:s, s:s}", "outcome", code == GMC_FORGED ? "forged" : "unknown", "code", code, "name",
			c->e.name, "text", c->e.text);
		term_json(&c->term, doc);
		json_decref(doc);
	}
	term_error(&c->term, &c->e, NULL);
	return code;
}

/* A number that is no file here is a proposal of the home's group. */
static bool is_number(const char *what)
{
	return strspn(what, "0123456789") == strlen(what) && access(what, F_OK) != 0;
}

static bool fetch_record(struct cli *c, const char *what, struct buf *text)
{
	char path[CLIENT_PATH_MAX];
	uint64_t number;

	if (!cmd_number(c, what, &number) || !cmd_client(c))
		return false;
	snprintf(path, sizeof(path), "/proposals/%llu/record", (unsigned long long)number);
	return client_get(c->client, path, RECORD_MAX, text, &c->e);
}

static int audit_record(struct cli *c, const char *what)
{
	const bool asked = is_number(what);
	struct buf text = { 0 };
	struct audit a = { 0 };
	int rc;

	if (!(asked ? fetch_record(c, what, &text) : cmd_read_file(c, what, RECORD_MAX, &text))) {
		buf_free(&text);
		rc = cmd_fail(c);
		return asked ? rc : EXIT_UNAVAILABLE;
	}
	if (record_audit(c->crypto, buf_slice(&text), c->trust, &a, &c->e)) {
		rc = a.outcome == OUTCOME_YES ? EXIT_DONE : GMC_NOT_MEMBER;
		if (c->term.json)
			print_json(c, &a);
		else
			tell_audit(c, &a);
	} else {
		rc = tell_refusal(c);
	}
	audit_free(&a);
	buf_free(&text);
	return rc;
}

int cmd_audit(struct cli *c)
{
	int rc;

	if (options_given(&c->opt, OPT_LOG))
		return cmd_audit_log(c);
	if (c->opt.n == 0) {
		err_set(&c->e, "missing_argument", "name a record, the number of a proposal, or --log for the whole log");
		return cmd_fail(c);
	}
	rc = cmd_load_trust(c);
	return rc == EXIT_DONE ? audit_record(c, c->opt.args[0]) : rc;
}
