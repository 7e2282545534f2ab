/* SPDX-License-Identifier: ISC
 * gmc recover: a member that lost its key has the group take another one; gmc object: the key is not lost. */
#include <string.h>

#include "peer/application.h"
#include "peer/cmd_asked.h"
#include "peer/recovery.h"

#define HOME_RECOVERY "recovery.json"

static bool fill(struct cli *c, struct recovery *r)
{
	struct buf csr = { 0 };
	bool rc = csr_make(c->crypto, c->key, NULL, &csr, &c->e) &&
		(csr.n <= sizeof(r->csr) || err_set(&c->e, "bad_csr", "the certification request became too large"));

	if (rc) {
		memcpy(r->csr, csr.p, csr.n);
		r->csr_n = csr.n;
	}
	buf_free(&csr);
	return rc;
}

/* Kept before it is sent, so that it is the same one when it must be sent again. One that is kept for another member is not sent. */
static json_t *make(struct cli *c, struct recovery *r)
{
	const struct id16 member = r->member;
	json_t *envelope = asked_kept(c, HOME_RECOVERY);
	uint8_t nonce[16];
	struct jws j;

	if (envelope == NULL && err_ok(&c->e)) {
		bytes_random(nonce, sizeof(nonce));
		envelope = fill(c, r) ? cmd_sign(c, KIND_RECOVERY, recovery_print(r, nonce)) : NULL;
		if (envelope != NULL)
			home_write_json(&c->home, HOME_RECOVERY, envelope, &c->e);
	}
	if (envelope != NULL && err_ok(&c->e) && cmd_envelope(c, envelope, NULL, &j)) {
		if (recovery_verify(c->crypto, &j, r, &c->e) && id16_compare(&r->member, &member) != 0)
			err_set(&c->e, "bad_argument", "this folder asks for the recovery of another member already (%s)", HOME_RECOVERY);
		jws_free(&j);
	}
	if (err_ok(&c->e))
		return envelope;
	json_decref(envelope);
	return NULL;
}

int cmd_recover(struct cli *c)
{
	struct recovery r = { .iat = c->now };
	json_t *envelope = NULL, *answer = NULL;
	uint64_t number = 0;
	int rc;

	if (!cmd_joined(c) || !cmd_refresh(c) || !cmd_crypto(c) || !cmd_home_key(c) || !cmd_find_member(c, c->opt.args[0], &r.member))
		return cmd_fail(c);
	r.genesis = c->home.link.genesis;
	r.charter = cmd_in_force(c)->object.digest;
	envelope = make(c, &r);
	if (envelope != NULL)
		answer = cmd_post_signed(c, "/recoveries", "recovery", envelope, KIND_RECOVERY, "", NULL);
	if (answer != NULL)
		number = (uint64_t)json_integer_value(json_object_get(answer, "proposal"));
	if (answer == NULL && !client_is_down(c->client))
		home_remove(&c->home, HOME_RECOVERY);
	rc = answer == NULL ? cmd_fail(c) : asked_await(c, number, HOME_RECOVERY, &r.member, c->key);
	if (answer != NULL && c->term.json)
		term_json(&c->term, answer);
	json_decref(answer);
	json_decref(envelope);
	return rc;
}

/* ---- not lost */

int cmd_object(struct cli *c)
{
	struct withdrawal w = { .iat = c->now };
	char path[CLIENT_PATH_MAX], digest[DIGEST_TEXT];
	json_t *envelope = NULL, *answer = NULL;
	struct ballot_paper p;
	uint64_t number;

	if (!cmd_joined(c) || !cmd_trust(c) || !cmd_key(c) || !cmd_number(c, c->opt.args[0], &number) || !cmd_ballot_paper(c, number, &p))
		return cmd_fail(c);
	w.genesis = c->home.link.genesis;
	w.application = p.proposal.subject;
	if (p.proposal.question != Q_RECOVER)
		err_set(&c->e, "bad_argument", "proposal %llu takes nobody's key away", (unsigned long long)number);
	cmd_ballot_paper_free(&p);
	digest_text(&w.application, digest);
	snprintf(path, sizeof(path), "/applications/%s/withdrawal", digest);
	if (err_ok(&c->e))
		envelope = cmd_sign(c, KIND_WITHDRAWAL, withdrawal_print(&w));
	if (envelope != NULL)
		answer = cmd_post_signed(c, path, "withdrawal", envelope, KIND_WITHDRAWAL, "", NULL);
	json_decref(envelope);
	if (answer == NULL)
		return cmd_fail(c);
	term_line(&c->term, "object", "your key is not lost, and proposal %llu is void; receipt kept", (unsigned long long)number);
	if (c->term.json)
		term_json(&c->term, answer);
	json_decref(answer);
	return EXIT_DONE;
}
