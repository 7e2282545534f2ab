/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "peer/evidence.h"

/* One vote on its way into the tally. */
struct line {
	size_t i; /* in the evidence */
	struct ballot ballot;
	bool replaces, replaced;
	struct digest other; /* the vote that it replaces */
};

struct roll {
	struct line *lines; /* owned; sorted by member and vote */
	size_t n;
};

static bool has_key(const struct digest *keys, size_t n, const struct digest *kid)
{
	for (size_t i = 0; i < n; i++)
		if (digest_compare(&keys[i], kid) == 0)
			return true;
	return false;
}

enum vote_status evidence_status(const struct voter *voter, const struct digest *key)
{
	if (voter->gone)
		return VOTE_MEMBER_GONE;
	return has_key(voter->revoked, voter->revoked_n, key) ? VOTE_KEY_REVOKED : VOTE_COUNTED;
}

static bool vote_in_time(const struct vote *v, const struct proposal *p, struct err *e)
{
	if (v->iat < p->opened - EVIDENCE_SLACK)
		return err_set(e, "vote_late", "the vote is dated before the proposal opened");
	if (v->iat > proposal_closes(p) + EVIDENCE_SLACK)
		return err_set(e, "vote_late", "the vote is dated after the proposal closed");
	return true;
}

/* Nobody votes on its own expulsion: who is the subject has no voice, though it stands in the electorate. */
static bool elector_of(const struct vote *v, const struct proposal *p, voter_lookup *lookup, void *arg, struct voter *out, struct err *e)
{
	memset(out, 0, sizeof(*out));
	if (p->question == Q_EXPEL && id16_compare(&v->member, &p->member) == 0)
		return err_set(e, "not_in_electorate", "the member whose expulsion is asked for has no vote on it");
	if (!lookup(arg, &v->member, out) || !out->elector)
		return err_set(e, "not_in_electorate", "the voter was no member when the proposal opened");
	if (out->keys_n > sizeof(out->keys) / sizeof(out->keys[0]) || out->revoked_n > sizeof(out->revoked) / sizeof(out->revoked[0]))
		return err_set(e, "out_of_range", "a member has at most 8 keys during one proposal");
	return true;
}

/* All about one vote but its status and what its scheme asks for: signatures, and a part of its own. The first is by the member's key. */
static bool read_line(
	const struct proposal *p, const struct jws *j, voter_lookup *lookup, void *arg, struct vote *vote, struct line *out, struct err *e)
{
	struct voter voter;

	if (!vote_parse(j, vote, e) || !vote_fits(vote, p, e) || !vote_in_time(vote, p, e))
		return false;
	if (!elector_of(vote, p, lookup, arg, &voter, e))
		return false;
	if (!has_key(voter.keys, voter.keys_n, &j->sigs[0].kid))
		return err_set(e, "wrong_key", "the log gives the voter another key; vote with the member's present one");
	out->ballot.member = vote->member;
	out->ballot.vote = vote->digest;
	out->ballot.choice = vote->choice;
	out->ballot.status = evidence_status(&voter, &j->sigs[0].kid);
	out->replaces = vote->has_replaces;
	out->other = vote->replaces;
	return true;
}

static int compare_lines(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	int c = id16_compare(&x->ballot.member, &y->ballot.member);

	return c != 0 ? c : digest_compare(&x->ballot.vote, &y->ballot.vote);
}

/* A vote replaces only one of the same member's, and only where the charter lets voters change their minds. What names a vote that is not
 * there replaces nothing. In a chain every one but the last is named by another, so the last counts. */
static void settle(const struct charter *ch, struct roll *r)
{
	if (r->n > 1)
		qsort(r->lines, r->n, sizeof(*r->lines), compare_lines);
	for (size_t i = 0; i < r->n && ch->voting.change; i++) {
		struct line key = { .ballot = { .member = r->lines[i].ballot.member, .vote = r->lines[i].other } };
		struct line *other = NULL;

		if (r->lines[i].replaces)
			other = bsearch(&key, r->lines, r->n, sizeof(*r->lines), compare_lines);
		if (other != NULL)
			other->replaced = true;
	}
	for (size_t i = 0; i < r->n; i++)
		if (r->lines[i].replaced && r->lines[i].ballot.status == VOTE_COUNTED)
			r->lines[i].ballot.status = VOTE_REPLACED;
}

/* Reads every vote and settles their statuses. c NULL: without signatures. */
static bool roll_make(struct crypto *c, const struct charter *ch, const struct proposal *p, const struct evidence *v, voter_lookup *lookup,
	void *arg, struct roll *out, struct err *e)
{
	const struct scheme *scheme = scheme_of(ch->voting.scheme);

	if (digest_compare(&ch->object.digest, &p->charter) != 0 || digest_compare(&ch->object.genesis, &p->genesis) != 0)
		return err_set(e, "wrong_context", "the proposal was put under another charter");
	if (!scheme->supported)
		return err_set(e, "feature_unsupported", "the voting scheme \"%s\" is not served here", scheme->name);
	if (!scheme->part_verify("record", v->scheme, e))
		return false;
	out->lines = calloc(v->votes_n == 0 ? 1 : v->votes_n, sizeof(*out->lines));
	if (out->lines == NULL)
		return err_memory(e);
	for (size_t i = 0; i < v->votes_n; i++, out->n++) {
		const struct evidence_vote *one = &v->votes[i];
		struct vote vote = { 0 };
		bool ok = read_line(p, &one->jws, lookup, arg, &vote, &out->lines[i], e);

		if (ok && c != NULL && !one->signature_known)
			ok = scheme->vote_verify(c, &one->jws, &vote, &one->key, e);
		vote_free(&vote);
		if (!ok) {
			err_prefix(e, "vote %zu: ", i + 1);
			return false;
		}
		out->lines[i].i = i;
	}
	settle(ch, out);
	return true;
}

bool evidence_settle(const struct charter *ch, const struct proposal *p, struct evidence *v, voter_lookup *lookup, void *arg, struct err *e)
{
	struct roll r = { 0 };
	bool rc = roll_make(NULL, ch, p, v, lookup, arg, &r, e);

	for (size_t i = 0; i < r.n && rc; i++)
		v->votes[r.lines[i].i].status = r.lines[i].ballot.status;
	free(r.lines);
	return rc;
}

static bool count_roll(const struct roll *r, const struct evidence *v, struct tally *out, struct err *e)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct line *l = &r->lines[i];
		enum vote_status claimed = v->votes[l->i].status;

		if (claimed != l->ballot.status)
			return err_set(e, "vote_status", "vote %zu is given status %d, by the log it has %d", l->i + 1, (int)claimed,
				(int)l->ballot.status);
		if (!tally_add(out, &l->ballot, e))
			return false;
	}
	return tally_close(out, e);
}

/* Kinds of evidence for leaves to come stand beside operators' words, once they are decided. */
static bool reserved(const struct jws *j)
{
	static const char *const kinds[] = { KIND_VOUCH, KIND_COMPLAINT, KIND_CHALLENGE };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (jws_is(j, kinds[i], NULL))
			return true;
	return false;
}

static bool verify_word(struct crypto *c, const struct charter *ch, const struct proposal *p, const struct evidence_word *w,
	struct fact_approval *fact, struct digest *digest, struct err *e)
{
	const struct charter_person *person;
	struct operator_word word;

	if (reserved(&w->jws))
		return err_set(e, "feature_unsupported", "evidence of the kind \"%s\" is not decided by this program", w->jws.typ);
	if (!operator_parse(&w->jws, &word, e))
		return false;
	if (digest_compare(&word.genesis, &p->genesis) != 0 || digest_compare(&word.charter, &p->charter) != 0)
		return err_set(e, "wrong_context", "an operator's word was given under another charter");
	if (digest_compare(&word.subject, &p->subject) != 0)
		return err_set(e, "wrong_context", "an operator's word is on another subject than the proposal's");
	if (w->jws.n != 1)
		return err_set(e, "bad_jws", "an operator's word has one signature; this has %zu", w->jws.n);
	person = charter_operator(ch, &w->jws.sigs[0].kid);
	if (person == NULL)
		return err_set(e, "not_an_operator", "the charter has no operator with the key that signed this word");
	if (!sig_pub_equal(&person->key, &w->key))
		return err_set(e, "wrong_key", "the key beside an operator's word is not the one that signed it");
	if (!jws_verify(c, &w->jws, 0, &person->key, e))
		return false;
	fact->key = person->thumb;
	fact->approve = word.approve;
	*digest = word.digest;
	return true;
}

static bool verify_words(
	struct crypto *c, const struct charter *ch, const struct proposal *p, const struct evidence *v, struct verified *out, struct err *e)
{
	struct digest digests[EVIDENCE_WORDS_MAX];

	if (v->words_n > EVIDENCE_WORDS_MAX)
		return err_set(e, "out_of_range", "there are at most %d words of operators", EVIDENCE_WORDS_MAX);
	out->approvals = calloc(v->words_n == 0 ? 1 : v->words_n, sizeof(*out->approvals));
	if (out->approvals == NULL)
		return err_memory(e);
	for (size_t i = 0; i < v->words_n; i++) {
		if (!verify_word(c, ch, p, &v->words[i], &out->approvals[i], &digests[i], e))
			return false;
		for (size_t k = 0; k < i; k++)
			if (digest_compare(&out->approvals[k].key, &out->approvals[i].key) == 0)
				return err_set(e, "word_repeated", "one operator has given two words on the same subject");
	}
	return digests_root(digests, v->words_n, &out->evidence_root, e);
}

bool evidence_facts(const struct charter *ch, const struct proposal *p, const struct voter *subject, size_t approvals_n, bool closed,
	struct verified *v, struct err *e)
{
	struct facts *f = &v->facts;

	f->question = p->question;
	f->electorate = p->electorate_n;
	f->subject_is_elector = p->question == Q_EXPEL && subject != NULL && subject->elector;
	if (f->subject_is_elector)
		f->subject = p->member;
	f->applicant = p->key;
	f->closed = closed;
	f->may_change = ch->voting.change;
	if (!tally_facts(&v->tally, p->question == Q_EXPEL ? &p->member : NULL, &v->votes, &f->votes_n, e))
		return false;
	f->votes = v->votes;
	f->approvals = v->approvals;
	f->approvals_n = approvals_n;
	return true;
}

bool evidence_verify(struct crypto *c, const struct charter *ch, const struct proposal *p, const struct evidence *v, voter_lookup *lookup,
	void *arg, bool closed, struct verified *out, struct err *e)
{
	struct verified got = { 0 };
	struct voter subject = { 0 };
	struct roll r = { 0 };
	bool rc = false;

	memset(out, 0, sizeof(*out));
	if (!roll_make(c, ch, p, v, lookup, arg, &r, e) || !count_roll(&r, v, &got.tally, e))
		goto out;
	if (p->question == Q_EXPEL && !lookup(arg, &p->member, &subject))
		subject = (struct voter){ 0 };
	if (!verify_words(c, ch, p, v, &got, e) || !evidence_facts(ch, p, &subject, v->words_n, closed, &got, e))
		goto out;
	*out = got;
	memset(&got, 0, sizeof(got));
	rc = true;
out:
	free(r.lines);
	verified_free(&got);
	return rc;
}

void verified_free(struct verified *v)
{
	if (v == NULL)
		return;
	tally_free(&v->tally);
	free(v->votes);
	free(v->approvals);
	memset(v, 0, sizeof(*v));
}
