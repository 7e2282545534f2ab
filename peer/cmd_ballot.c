/* SPDX-License-Identifier: ISC
 * One proposal as a voter sees it: fetched, believed, told, voted on. */
#include "peer/cmd.h"

#include <stdlib.h>
#include <string.h>

#include "charter/explain.h"
#include "peer/application.h"
#include "peer/recovery.h"
#include "peer/request.h"
#include "voting/motion.h"
#include "voting/vote.h"

enum { VOTE_FILE_MAX = 64 * 1024 };

/* Free text beside a signed object: kept only when it is what was signed. */
static void check_text(struct cli *c, struct ballot_paper *p, const char *name, bool is_signed, const struct digest *digest)
{
	const json_t *doc = json_object_get(p->doc, name);
	const char *text = json_string_value(json_object_get(doc, "text")), *salt = json_string_value(json_object_get(doc, "salt"));
	struct digest got;
	uint8_t bytes[16];

	if (doc == NULL)
		return;
	if (is_signed && text != NULL && salt != NULL && base64url_decode_exact(salt, strlen(salt), bytes, sizeof(bytes))) {
		text_digest(bytes, slice_str(text), &got);
		if (digest_compare(&got, digest) == 0)
			return;
	}
	term_note(&c->term, "the %s that the server shows is not what was signed: left out", name);
	json_object_del(p->doc, name);
}

/* What the voter is asked to judge is what the proposal names by its digest, and what the applicant signed. */
static bool check_application(struct cli *c, struct ballot_paper *p)
{
	const struct proposal *q = &p->proposal;
	struct application a;
	struct id16 member, node;
	struct jws j;
	bool rc;

	if (json_object_get(p->doc, "application") == NULL) { /* the charter may hide it from us */
		snprintf(p->about, sizeof(p->about), "an applicant whose application is not shown");
		return true;
	}
	if (!cmd_envelope(c, p->doc, "application", &j))
		return false;
	rc = application_verify(c->crypto, &j, &a, &c->e);
	jws_free(&j);
	if (!rc)
		return false;
	proposal_places(q, false, &member, &node);
	if (digest_compare(&a.digest, &q->subject) != 0 || digest_compare(&a.thumb, &q->key) != 0 || id16_compare(&member, &q->member) != 0)
		return err_set(&c->e, "wrong_context", "the application that is shown is not the one that the proposal is about");
	check_text(c, p, "statement", a.has_statement, &a.statement);
	term_safe(a.name, p->about);
	return true;
}

static bool check_motion(struct cli *c, struct ballot_paper *p)
{
	struct motion m;
	struct jws j;
	bool rc;

	if (!cmd_envelope(c, p->doc, "motion", &j))
		return false;
	rc = motion_parse(&j, &m, &c->e);
	if (rc && (digest_compare(&m.digest, &p->proposal.subject) != 0 || id16_compare(&m.member, &p->proposal.member) != 0))
		rc = err_set(&c->e, "wrong_context", "the motion that is shown is not the one that the proposal is about");
	jws_free(&j);
	if (rc)
		check_text(c, p, "reason", m.has_reason, &m.reason);
	return rc;
}

static bool check_draft(struct cli *c, struct ballot_paper *p)
{
	struct at root = at_root(p->doc, &c->e), draft;
	struct signed_charter s = { 0 };
	bool rc = at_member(&root, "draft", &draft) && signed_charter_read(&draft, NULL, &s);

	if (rc && digest_compare(&s.charter->object.digest, &p->proposal.subject) != 0)
		rc = err_set(&c->e, "wrong_context", "the charter that is shown is not the one that the proposal is about");
	if (rc)
		snprintf(p->about, sizeof(p->about), "charter version %u", (unsigned)s.charter->version);
	signed_charter_free(&s);
	return rc;
}

/* Who signed a renewal the log knows; a recovery is by the key that it asks for. */
static bool check_request(struct cli *c, struct ballot_paper *p)
{
	const struct proposal *q = &p->proposal;
	struct recovery lost = { 0 };
	struct renewal r = { 0 };
	struct jws j;
	bool rc;

	if (!cmd_envelope(c, p->doc, q->question == Q_RENEW ? "renewal" : "recovery", &j))
		return false;
	rc = q->question == Q_RENEW ? renewal_parse(&j, &r, &c->e) : recovery_verify(c->crypto, &j, &lost, &c->e);
	jws_free(&j);
	if (!rc)
		return false;
	if (q->question == Q_RECOVER ? digest_compare(&lost.digest, &q->subject) != 0 || digest_compare(&lost.thumb, &q->key) != 0 ||
				id16_compare(&lost.member, &q->member) != 0
				     : digest_compare(&r.digest, &q->subject) != 0 || id16_compare(&r.member, &q->member) != 0)
		return err_set(&c->e, "wrong_context", "the request that is shown is not the one that the proposal is about");
	return true;
}

static bool check_subject(struct cli *c, struct ballot_paper *p)
{
	if (p->proposal.question == Q_ADMIT)
		return check_application(c, p);
	if (p->proposal.question == Q_RENEW || p->proposal.question == Q_RECOVER)
		return check_request(c, p);
	return p->proposal.question == Q_EXPEL ? check_motion(c, p) : check_draft(c, p);
}

static bool check_proposal(struct cli *c, uint64_t number, struct ballot_paper *p)
{
	struct proposal *q = &p->proposal;
	struct jws j;
	bool rc;

	if (!cmd_envelope(c, p->doc, "proposal", &j))
		return false;
	rc = proposal_parse(&j, q, &c->e);
	if (rc && (digest_compare(&q->genesis, &c->home.link.genesis) != 0 || q->number != number))
		rc = err_set(&c->e, "wrong_context", "the server shows another proposal than number %llu of this group",
			(unsigned long long)number);
	rc = rc && (p->charter = cmd_charter(c, &q->charter)) != NULL && cmd_by_notary(c, &j, p->charter, q->opened);
	if (rc && q->term != p->charter->voting.term)
		rc = err_set(&c->e, "wrong_context", "the proposal's term is not the charter's");
	jws_free(&j);
	cmd_about(p->doc, p->about);
	return rc && check_subject(c, p);
}

bool cmd_ballot_paper(struct cli *c, uint64_t number, struct ballot_paper *out)
{
	char path[CLIENT_PATH_MAX];

	memset(out, 0, sizeof(*out));
	if (!cmd_client(c) || !cmd_crypto(c))
		return false;
	snprintf(path, sizeof(path), "/proposals/%llu", (unsigned long long)number);
	out->doc = client_get_json(c->client, path, CLIENT_SMALL * 4, &c->e);
	if (out->doc != NULL && check_proposal(c, number, out))
		return true;
	cmd_ballot_paper_free(out);
	return false;
}

void cmd_ballot_paper_free(struct ballot_paper *p)
{
	json_decref(p->doc);
	p->doc = NULL;
}

static void tell_text(struct cli *c, const json_t *doc, const char *name, const char *word)
{
	char safe[TERM_SAFE];
	const char *text = json_string_value(json_object_get(json_object_get(doc, name), "text"));

	if (text != NULL)
		term_line(&c->term, word, "%s", term_safe(text, safe));
}

static void tell_draft(struct cli *c, const struct ballot_paper *p)
{
	struct at root = at_root(p->doc, &c->e), draft;
	struct signed_charter s = { 0 };
	struct buf text = { 0 };

	if (at_member(&root, "draft", &draft) && signed_charter_read(&draft, NULL, &s) && explain_charter(s.charter, 0, &text))
		term_text(&c->term, "%s", buf_cstr(&text));
	signed_charter_free(&s);
	buf_free(&text);
}

void cmd_ballot_paper_tell(struct cli *c, const struct ballot_paper *p)
{
	char when[TIME_WORDS + 16], votes[VOTES_TEXT], member[ID16_TEXT];
	const char *outcome = json_string_value(json_object_get(p->doc, "outcome"));

	cmd_when(proposal_closes(&p->proposal), c->now, when);
	cmd_votes_text(c, p->doc, votes);
	id16_text(&p->proposal.member, member);
	term_line(
		&c->term, "proposal", "%llu: %s %s", (unsigned long long)p->proposal.number, question_name(p->proposal.question), p->about);
	if (p->proposal.question != Q_AMEND)
		term_line(&c->term, "member", "%s", member);
	tell_text(c, p->doc, "statement", "says");
	tell_text(c, p->doc, "reason", "because");
	if (p->proposal.question == Q_AMEND)
		tell_draft(c, p);
	term_line(&c->term, "closes", "%s%s%s", when, votes[0] != '\0' ? "; yes: " : "", votes);
	if (outcome == NULL)
		cmd_asks_tell(c, p->doc);
	if (outcome != NULL)
		term_line(&c->term, "outcome", "%s", term_safe(outcome, (char[TERM_SAFE]){ 0 }));
}

/* May this member vote on it, as far as can be told here? The server and every auditor hold the vote against the electorate. */
static bool may_vote(struct cli *c, const struct ballot_paper *p, const struct id16 *member)
{
	if (question_of_member(p->proposal.question) && id16_compare(member, &p->proposal.member) == 0)
		return err_set(&c->e, "not_in_electorate", "nobody votes on what is about itself");
	if (proposal_closes(&p->proposal) <= c->now || json_object_get(p->doc, "outcome") != NULL)
		return err_set(&c->e, "closed", "proposal %llu has closed", (unsigned long long)p->proposal.number);
	return true;
}

/* The vote that was kept for this proposal, when it is the same choice by the same member: sending it again is the same vote. */
static json_t *kept_vote(struct cli *c, const char *file, const struct ballot_paper *p, enum choice choice, const struct id16 *member,
	bool *had, struct vote *out)
{
	struct err ignored = { 0 };
	json_t *doc = home_has(&c->home, file) ? home_read_json(&c->home, file, VOTE_FILE_MAX, &ignored) : NULL;
	struct at root = at_root(doc, &ignored);
	struct jws j;

	*had = false;
	if (doc == NULL || !at_jws(&root, "vote", &j)) {
		json_decref(doc);
		return NULL;
	}
	*had = vote_parse(&j, out, &ignored);
	if (*had)
		vote_free(out);
	*had = *had && vote_fits(out, &p->proposal, &ignored);
	jws_free(&j);
	if (*had && out->choice == choice && id16_compare(&out->member, member) == 0)
		return doc;
	json_decref(doc);
	return NULL;
}

/* {"proposal", "vote", "reason"?} */
static json_t *make_vote(struct cli *c, const struct ballot_paper *p, const struct vote *v, const char *reason)
{
	struct vote signed_vote = *v;
	json_t *text = NULL, *envelope, *body = NULL;

	signed_vote.has_reason = reason != NULL;
	if (reason != NULL && (text = cmd_free_text(c, reason, &signed_vote.reason)) == NULL)
		return NULL;
	envelope = cmd_sign(c, KIND_VOTE, vote_print(&signed_vote));
	if (envelope != NULL)
		body = json_pack("{s:I, s:O}", "proposal", (json_int_t)p->proposal.number, "vote", envelope);
	if (body == NULL || (text != NULL && json_object_set(body, "reason", text) != 0))
		err_memory(&c->e);
	json_decref(envelope);
	json_decref(text);
	return body;
}

/* Says how it stands now: "ana: yes (1 of 2), receipt kept". */
static void tell_cast(struct cli *c, const struct ballot_paper *p, enum choice choice)
{
	char path[CLIENT_PATH_MAX], votes[VOTES_TEXT] = "", outcome[TERM_SAFE];
	const char *who = c->home.name[0] != '\0' ? c->home.name : "you", *decided;
	struct err ignored = { 0 };
	json_t *doc;

	snprintf(path, sizeof(path), "/proposals/%llu", (unsigned long long)p->proposal.number);
	doc = client_get_json(c->client, path, CLIENT_SMALL * 4, &ignored);
	cmd_votes_text(c, doc, votes);
	decided = json_string_value(json_object_get(doc, "outcome"));
	term_line(&c->term, "vote", "%s: %s%s%s%s, receipt kept%s%s", who, choice_name(choice), votes[0] != '\0' ? " (" : "", votes,
		votes[0] != '\0' ? ")" : "", decided != NULL ? "; decided: " : "", term_safe(decided, outcome));
	json_decref(doc);
}

/* Kept before it is sent, so that after a lost answer the very same vote is sent again; one that is refused is no vote. */
static bool send_vote(struct cli *c, const struct ballot_paper *p, const json_t *body, const char *file, bool had)
{
	char path[CLIENT_PATH_MAX];
	json_t *answer;

	if (!had && !home_write_json(&c->home, file, body, &c->e))
		return false;
	snprintf(path, sizeof(path), "/proposals/%llu/votes", (unsigned long long)p->proposal.number);
	answer = cmd_post_human(c, path, body, "vote", KIND_VOTE, p);
	json_decref(answer);
	if (answer == NULL && !had && !client_is_down(c->client) && client_status(c->client) >= 400)
		home_remove(&c->home, file);
	return answer != NULL && (!had || home_write_json(&c->home, file, body, &c->e));
}

bool cmd_cast(struct cli *c, const struct ballot_paper *p, enum choice choice, const char *reason)
{
	struct vote v = { .genesis = p->proposal.genesis,
		.charter = p->proposal.charter,
		.proposal = p->proposal.digest,
		.choice = choice,
		.iat = c->now };
	char file[HOME_PATH_MAX];
	struct vote before;
	json_t *body;
	bool had, rc;

	if (!cmd_member(c, &v.member))
		return false;
	home_vote_file(&p->proposal.digest, file);
	body = kept_vote(c, file, p, choice, &v.member, &had, &before);
	/* what was kept is sent again even when all is over: its receipt may be what is missing */
	if (body == NULL && !may_vote(c, p, &v.member))
		return false;
	if (body == NULL) {
		v.has_replaces = had && p->charter->voting.change && id16_compare(&before.member, &v.member) == 0;
		v.replaces = v.has_replaces ? before.digest : v.replaces;
		body = make_vote(c, p, &v, reason);
	}
	if (body == NULL)
		return false;
	rc = cmd_option(c, OPT_OUT) != NULL ? cmd_write_json(c, body) : send_vote(c, p, body, file, had);
	json_decref(body);
	if (rc && cmd_option(c, OPT_OUT) == NULL)
		tell_cast(c, p, choice);
	return rc;
}

static bool is_own_yes(struct cli *c, const json_t *doc, const struct digest *proposal, struct err *e)
{
	const struct at root = at_root(doc, e);
	struct vote v;
	struct jws j;
	bool rc;

	if (!at_jws(&root, "vote", &j))
		return false;
	rc = vote_parse(&j, &v, e);
	if (rc) {
		rc = v.choice == CHOICE_YES && digest_compare(&v.proposal, proposal) == 0 && j.n == 1 &&
			jws_verify(c->crypto, &j, 0, sig_key_pub(c->key), e);
		vote_free(&v);
	}
	jws_free(&j);
	return rc;
}

bool cmd_said_yes(struct cli *c, const struct digest *proposal)
{
	struct err ignored = { 0 };
	char file[HOME_PATH_MAX];
	json_t *doc;
	bool rc;

	home_vote_file(proposal, file);
	doc = home_has(&c->home, file) ? home_read_json(&c->home, file, VOTE_FILE_MAX, &ignored) : NULL;
	rc = doc != NULL && is_own_yes(c, doc, proposal, &ignored);
	json_decref(doc);
	return rc;
}
