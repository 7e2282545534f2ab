/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "authority/archive.h"
#include "authority/store_proposal.h"
#include "base/time.h"
#include "peer/record.h"
#include "tests/lib/folk_evidence.h"

struct vouch folk_vouch(struct folk *f, const struct digest *application, const struct id16 *member)
{
	return (struct vouch){ .genesis = f->g.genesis,
		.charter = f->charter->object.digest,
		.application = *application,
		.member = *member,
		.iat = time_now() };
}

bool folk_send_vouch(struct folk *f, struct worker *w, const struct vouch *v, const struct sig_key *k, struct answer *out, struct err *e)
{
	struct said s = said_by(w, KIND_VOUCH, vouch_print(v), &k, 1);
	struct answer own = { 0 };
	bool rc = act_vouch(w, f->g.name, &s.j, s.doc, NULL, out != NULL ? out : &own, e);

	answer_free(&own);
	said_free(&s);
	return rc;
}

const char *folk_vouch_for(struct folk *f, struct worker *w, const struct digest *application, size_t i)
{
	static _Thread_local struct err e;
	struct vouch v = folk_vouch(f, application, &f->r->keys->member[i]);

	err_clear(&e);
	folk_send_vouch(f, w, &v, f->r->founders[i], NULL, &e);
	return e.name;
}

struct challenge folk_challenge(struct folk *f, const struct digest *subject, const struct sig_key *met_by)
{
	struct challenge c = { .genesis = f->g.genesis,
		.charter = f->charter->object.digest,
		.subject = *subject,
		.type = CHALLENGE_CAPTCHA,
		.captcha = CAPTCHA_GRAPHIC,
		.iat = time_now(),
		.until = time_now() + 3600 };

	jwk_thumbprint(sig_key_pub(met_by), &c.key);
	return c;
}

bool folk_send_challenge(struct folk *f, struct worker *w, bool about_proposal, const struct challenge *c, const struct sig_key *k,
	struct answer *out, struct err *e)
{
	const struct sig_key *by = k != NULL ? k : f->r->a.notary;
	struct said s = said_by(w, KIND_CHALLENGE, challenge_print(c), &by, 1);
	struct answer own = { 0 };
	bool rc = act_challenge(w, f->g.name, about_proposal, &s.j, s.doc, out != NULL ? out : &own, e);

	answer_free(&own);
	said_free(&s);
	return rc;
}

const char *folk_meet(struct folk *f, struct worker *w, bool about_proposal, const struct challenge *c)
{
	static _Thread_local struct err e;

	err_clear(&e);
	folk_send_challenge(f, w, about_proposal, c, NULL, NULL, &e);
	return e.name;
}

struct digest folk_proposal(struct folk *f, uint64_t number)
{
	struct stored_proposal p;
	struct err e = { 0 };

	if (!store_proposal_load(f->r->w, f->g.g, number, STORE_READ, &p, &e))
		fail_msg("%s: %s", e.name, e.text);
	return p.digest;
}

void folk_audited(struct folk *f, uint64_t number)
{
	struct err e = { 0 };
	json_t *doc = archive_record(f->r->w, &f->g, number, &e);
	struct buf text = { 0 };
	struct audit a;

	if (doc == NULL)
		fail_msg("%s: %s", e.name, e.text);
	assert_true(json_write(doc, &text, NULL));
	if (record_audit(f->r->w->crypto, buf_slice(&text), NULL, &a, &e))
		audit_free(&a);
	else if (!err_is(&e, "gmc_missing"))
		fail_msg("the record of proposal %llu: %s: %s", (unsigned long long)number, e.name, e.text);
	json_decref(doc);
	buf_free(&text);
	folk_follow(f);
}
