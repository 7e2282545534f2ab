/* SPDX-License-Identifier: ISC
 * Certificates as the log intends them, and what it says is revoked. */
#include "peer/ledger_state.h"

#include <stdlib.h>
#include <string.h>

#include "peer/request.h"
#include "voting/epoch.h"

void ledger_founders(const struct charter *first, struct digest *out)
{
	struct digest csr[CHARTER_FOUNDERS_MAX];
	struct slice parts[2 * CHARTER_FOUNDERS_MAX];

	for (size_t i = 0; i < first->founders_n; i++) {
		csr_digest(first->founders[i].csr, &csr[i]);
		parts[2 * i] = slice_of(csr[i].b, sizeof(csr[i].b));
		parts[2 * i + 1] = slice_of(first->founders[i].member.b, sizeof(first->founders[i].member.b));
	}
	digest_labelled("gmc-founders/1", parts, 2 * first->founders_n, out);
}

/* A window of an issuing key: from the entry of the first charter that names it until the charter in force lets it end. */
static bool window(const struct ledger *l, const struct charter *c, const struct digest *spki, struct issuer *out)
{
	const struct charter_issuer *named = charter_issuer(c, spki);
	size_t k = 0;

	while (k < l->issuers_n && digest_compare(&l->issuer_spki[k], spki) != 0)
		k++;
	if (named == NULL || k == l->issuers_n)
		return false;
	out->key = l->issuers[k];
	for (uint32_t i = 0; i < l->charters.n; i++) {
		const struct charter_issuer *first = charter_issuer(l->charters.v[i].signed_charter.charter, spki);

		if (first == NULL)
			continue;
		out->not_before = l->charters.v[i].time - PROFILE_BACKDATE;
		out->not_after = first->until;
		return true;
	}
	return false;
}

static bool tbs_of(const struct ledger *l, const struct ledger_cert *lc, struct sig_pub *issuer, struct buf *out, struct err *e)
{
	const struct charter *c = l->charters.v[lc->charter].signed_charter.charter;
	struct issuance i = lc->issuance;
	struct gmc_fields f;
	struct issuer by;

	if (!window(l, c, &lc->issuer, &by))
		return err_set(e, "issuer_unknown", "charter %u names no issuing key that is known here", c->version);
	i.name = l->members.v[lc->member].name;
	issuance_fields(c, &by, &i, &f);
	*issuer = by.key;
	return profile_gmc(&f, out) ? true : err_memory(e);
}

/* A request for renewal is the member's own, by its present key. */
static bool renewal(struct step *s, uint32_t m)
{
	const struct ledger_key *k = &s->l->keys.v[s->l->members.v[m].key];
	struct renewal r;
	struct jws j;
	bool ok;

	if (ledger_renewal_asked(s->l, m, s->charter))
		return err_set(s->e, "not_allowed", "entry %llu renews a certificate that the group decides on",
			(unsigned long long)s->entry.index);
	if (!step_not_suspended(s, m, "renew its certificate") || !step_jws(s, KIND_RENEWAL, &j))
		return false;
	ok = renewal_parse(&j, &r, s->e) && (j.n == 1 || err_set(s->e, "bad_jws", "a renewal has one signature, by its member's key")) &&
		jws_verify(s->c, &j, 0, &k->pub, s->e);
	jws_free(&j);
	if (!ok || !step_context(s, &r.genesis, &r.charter))
		return false;
	return id16_compare(&r.member, &s->entry.member) == 0 || err_set(s->e, "wrong_context", "a renewal of another member");
}

/* A founder of a threshold group has no certificate until the members have made a key: this is its first, unasked. */
static bool waits_for_key(const struct step *s, uint32_t m)
{
	struct digest cause;

	profile_founder_cause(&s->l->genesis, &s->l->members.v[m].member, &cause);
	return ledger_member_founder(s->l, m) && digest_compare(&cause, &s->entry.object) == 0;
}

/* What the certificate is issued for; entries that joined or rekeyed a member made the ledger expect this one. */
static bool origin_of(struct step *s, uint32_t m, struct issuance *out)
{
	const struct ledger_request *granted = s->expected ? ledger_request_granted(s->l, &s->entry.object) : NULL;
	const struct ledger_member *lm = &s->l->members.v[m];

	if (!s->expected && waits_for_key(s, m)) {
		out->origin = ORIGIN_FOUNDING;
		return step_not_suspended(s, m, "get its certificate");
	}
	if (!s->expected) {
		out->origin = ORIGIN_RENEWAL;
		return renewal(s, m);
	}
	if (granted != NULL) {
		out->origin = s->l->proposals.v[granted->proposal].p.question == Q_RENEW ? ORIGIN_RENEWAL : ORIGIN_RECOVERY;
		return out->origin == ORIGIN_RECOVERY || ledger_request_holds(s, granted);
	}
	if (lm->joined + 1 != s->entry.index)
		out->origin = ORIGIN_REKEY;
	else
		out->origin = digest_compare(&lm->decision, &s->l->genesis) == 0 ? ORIGIN_FOUNDING : ORIGIN_ADMISSION;
	return true;
}

static bool intended(struct step *s, const struct ledger_cert *lc)
{
	struct buf tbs = { 0 };
	struct sig_pub issuer;
	struct digest d;
	bool ok = tbs_of(s->l, lc, &issuer, &tbs, s->e);

	if (ok) {
		profile_tbs_digest(buf_slice(&tbs), &d);
		if (digest_compare(&d, &s->entry.tbs) != 0)
			ok = err_set(s->e, "tbs_differs", "entry %llu intends another certificate than its cause gives",
				(unsigned long long)s->entry.index);
	}
	buf_free(&tbs);
	return ok;
}

static uint32_t charter_number(const struct ledger *l, const struct charter *c)
{
	for (uint32_t i = 0; i < l->charters.n; i++)
		if (l->charters.v[i].signed_charter.charter == c)
			return i;
	return NONE;
}

static bool add_cert(struct step *s, const struct ledger_cert *lc)
{
	const struct ledger_request *granted = s->expected ? ledger_request_granted(s->l, &s->entry.object) : NULL;
	struct ledger *l = s->l;
	struct ledger_cert *new;

	if (!ledger_keep(l, CHANGED_MEMBER, lc->member))
		return err_memory(s->e);
	new = ARRAY_ADD(l->certs);
	if (new == NULL || !map_put(&l->by_cause, &lc->issuance.cause, l->certs.n - 1))
		return err_memory(s->e);
	*new = *lc;
	l->members.v[lc->member].cert = l->certs.n - 1;
	if (granted != NULL && l->proposals.v[granted->proposal].p.again)
		l->members.v[lc->member].version = l->charters.v[lc->charter].signed_charter.charter->version;
	return true;
}

/* A certificate names and follows the charter that its admission was decided under; every other one the charter in force. */
const struct charter *ledger_charter_for(const struct step *s, const struct digest *cause)
{
	const struct ledger_request *granted = s->expected ? ledger_request_granted(s->l, cause) : NULL;
	uint32_t p = s->expected ? map_find(&s->l->by_decision, cause) : NONE;

	if (granted != NULL)
		p = granted->proposal;
	return p == NONE ? s->charter : ledger_charter_by(s->l, &s->l->proposals.v[p].p.charter);
}

static bool fill(struct step *s, uint32_t m, struct ledger_cert *out)
{
	const struct ledger *l = s->l;
	const struct ledger_member *lm = &l->members.v[m];
	const struct charter *c = ledger_charter_for(s, &s->entry.object);
	const struct charter_issuer *by = issuance_issuer(c, s->entry.time);
	struct id16 serial;

	*out = (struct ledger_cert){ .member = m,
		.key = lm->key,
		.older = lm->cert,
		.index = s->entry.index,
		.until = s->entry.until,
		.revoked = NEVER,
		.charter = charter_number(l, c),
		.serial = s->entry.serial };
	if (ledger_rejoin_due(s, m, c))
		return err_set(
			s->e, "rejoin_missing", "entry %llu certifies a node whose epoch has ended", (unsigned long long)s->entry.index);
	if (by == NULL)
		return err_set(s->e, "issuer_unknown", "charter %u names no issuing key for the time of entry %llu", c->version,
			(unsigned long long)s->entry.index);
	out->issuer = by->spki;
	out->issuance = (struct issuance){ .cause = s->entry.object,
		.decision = lm->decision,
		.member = lm->member,
		.node = lm->node,
		.key = l->keys.v[lm->key].pub,
		.time = s->entry.time };
	if (out->issuance.key.alg == SIG_P256 ? !c->membership.p256 : !c->membership.ed25519)
		return err_set(s->e, "not_allowed", "entry %llu certifies a kind of key that charter %u does not take",
			(unsigned long long)s->entry.index, (unsigned)c->version);
	profile_serial(&s->entry.object, &serial);
	if (id16_compare(&serial, &s->entry.serial) != 0)
		return err_set(
			s->e, "serial_differs", "entry %llu has another serial than its cause gives", (unsigned long long)s->entry.index);
	if (l->keys.v[lm->key].dead != NEVER || digest_compare(&l->keys.v[lm->key].thumb, &s->entry.key) != 0)
		return err_set(s->e, "key_revoked", "entry %llu certifies a key that is not the member's live one",
			(unsigned long long)s->entry.index);
	return origin_of(s, m, &out->issuance);
}

static int64_t ending(const struct ledger_cert *lc, const struct ledger *l)
{
	const struct charter *c = l->charters.v[lc->charter].signed_charter.charter;
	struct issuer by;
	int64_t end = lc->issuance.time + c->membership.life;
	int64_t epoch = epoch_end(c, &l->genesis, &lc->issuance.member, lc->issuance.time);

	end = epoch < end ? epoch : end;
	return window(l, c, &lc->issuer, &by) && by.not_after < end ? by.not_after : end;
}

/* The founders follow one another. */
void step_next_founder(struct step *s)
{
	const struct ledger *l = s->l;

	if (l->proposals.n == 0 && l->charters.n == 1 && l->members.n < s->charter->founders_n)
		step_expect(s, EVENT_JOINED, &l->genesis);
}

bool ledger_on_issued(struct step *s)
{
	uint32_t m = ledger_member_find(s->l, &s->entry.member);
	struct ledger_cert lc;

	if (!ledger_member_active(s->l, m))
		return err_set(s->e, "not_a_member", "entry %llu certifies nobody in the group", (unsigned long long)s->entry.index);
	if (map_find(&s->l->by_cause, &s->entry.object) != NONE)
		return err_set(s->e, "already_issued", "there is a certificate for this cause already");
	if (!fill(s, m, &lc))
		return false;
	if (lc.until != ending(&lc, s->l))
		return err_set(
			s->e, "tbs_differs", "entry %llu ends at another time than its cause gives", (unsigned long long)s->entry.index);
	if (!add_cert(s, &lc) || !intended(s, &s->l->certs.v[s->l->certs.n - 1]))
		return false;
	step_next_founder(s);
	return true;
}

bool ledger_tbs(const struct ledger *l, const struct digest *cause, struct sig_pub *issuer, struct buf *out, struct err *e)
{
	uint32_t at = map_find(&l->by_cause, cause);
	const struct ledger_cert *lc = at == NONE ? NULL : &l->certs.v[at];

	if (lc == NULL)
		return err_set(e, "log_unknown", "no entry of the log intends a certificate for this cause");
	if (!ledger_member_active(l, lc->member))
		return err_set(e, "not_a_member", "its member left or was expelled before the certificate was signed");
	if (l->keys.v[lc->key].dead != NEVER || lc->revoked != NEVER)
		return err_set(e, "key_revoked", "its key or serial was revoked before the certificate was signed");
	return tbs_of(l, lc, issuer, out, e);
}

bool ledger_ca(const struct ledger *l, const struct sig_pub *issuer, struct buf *out, struct err *e)
{
	struct digest spki;
	struct issuer by;

	if (!profile_spki_digest(issuer, &spki))
		return err_memory(e);
	for (uint32_t i = l->charters.n; i > 0; i--)
		if (window(l, l->charters.v[i - 1].signed_charter.charter, &spki, &by))
			return profile_ca(&l->genesis, issuer, by.not_before, by.not_after, out) ? true : err_memory(e);
	return err_set(e, "issuer_unknown", "no charter of the log names this issuing key");
}
