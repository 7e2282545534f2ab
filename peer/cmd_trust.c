/* SPDX-License-Identifier: ISC
 * What the home pins and follows: charters, the log's head, lists. */
#include "peer/cmd.h"

#include <stdlib.h>
#include <string.h>

#include "peer/pem.h"
#include "peer/verify.h"

enum { CRL_MAX = 64 * 1024 * 1024 };

/* One that was seen before may be by a notary whom the newest charter names no more. */
static bool read_head(struct cli *c, const json_t *doc, bool seen, struct head *out)
{
	struct jws j;
	bool rc;

	if (!cmd_envelope(c, doc, NULL, &j))
		return false;
	rc = head_parse(&j, out, &c->e) && (seen ? cmd_by_any_notary(c, &j, out->time) : cmd_by_notary(c, &j, NULL, out->time));
	if (rc && digest_compare(&out->genesis, &c->home.link.genesis) != 0)
		rc = err_set(&c->e, "wrong_context", "this is the head of another group's log");
	jws_free(&j);
	return rc;
}

static size_t read_path(struct cli *c, const json_t *doc, struct digest path[static MERKLE_PATH_MAX])
{
	struct at root = at_root(doc, &c->e), list, one;
	size_t n = 0;

	if (!at_member(&root, "path", &list) || !at_array(&list, 0, MERKLE_PATH_MAX, &n))
		return 0;
	for (size_t i = 0; i < n; i++)
		if (!at_element(&list, i, &one) || !at_digest(&one, NULL, &path[i]))
			return 0;
	return n;
}

/* RFC 9162 2.1.4: is the log of the shorter head the beginning of the longer one's? */
static bool is_continued(struct cli *c, const struct head *from, const struct head *to)
{
	struct digest path[MERKLE_PATH_MAX];
	char address[CLIENT_PATH_MAX];
	bool same = digest_compare(&from->root, &to->root) == 0, rc;
	json_t *doc;
	size_t n;

	if (from->size == to->size)
		return same || err_set(&c->e, "log_forked", "two heads of one size, %llu, differ", (unsigned long long)to->size);
	if (from->size == 0 || !cmd_client(c))
		return err_ok(&c->e);
	snprintf(address, sizeof(address), "/log/consistency?from=%llu&to=%llu", (unsigned long long)from->size,
		(unsigned long long)to->size);
	doc = client_get_json(c->client, address, CLIENT_SMALL, &c->e);
	if (doc == NULL)
		return false;
	n = read_path(c, doc, path);
	json_decref(doc);
	rc = err_ok(&c->e) && merkle_consistency_verify(from->size, to->size, path, n, &from->root, &to->root);
	return rc ||
		err_set(&c->e, "log_forked", "the log of %llu entries does not continue the one of %llu that was seen",
			(unsigned long long)to->size, (unsigned long long)from->size);
}

/* Two heads that contradict each other are evidence, and both are signed. */
static void keep_fork(struct cli *c, const json_t *seen, const json_t *shown)
{
	json_t *both = json_pack("{s:O, s:O}", "seen", seen, "shown", shown);

	if (both != NULL)
		home_write_json(&c->home, "fork.json", both, NULL);
	json_decref(both);
	term_note(&c->term, "both heads are kept in %s/fork.json", c->home.dir);
}

bool cmd_follow_head(struct cli *c, const json_t *head)
{
	struct head now, seen;
	json_t *old;
	bool rc;

	if (!read_head(c, head, false, &now))
		return false;
	if (!home_has(&c->home, HOME_HEAD))
		return home_write_json(&c->home, HOME_HEAD, head, &c->e);
	old = home_read_json(&c->home, HOME_HEAD, OBJECT_MAX * 2, &c->e);
	if (old == NULL)
		return false;
	rc = read_head(c, old, true, &seen) && (seen.size <= now.size ? is_continued(c, &seen, &now) : is_continued(c, &now, &seen));
	if (!rc && err_is(&c->e, "log_forked"))
		keep_fork(c, old, head);
	if (rc && seen.size < now.size)
		rc = home_write_json(&c->home, HOME_HEAD, head, &c->e);
	json_decref(old);
	return rc;
}

/* What was pinned stays: charters are added, never taken back or exchanged; lists do not grow old again. */
static bool is_progress(struct cli *c, const struct trust *old, const struct trust *new)
{
	for (size_t i = 0; i < old->charters_n && i < new->charters_n; i++)
		if (digest_compare(&old->charters[i].charter->object.digest, &new->charters[i].charter->object.digest) != 0)
			return err_set(&c->e, "charter_fork", "charter %zu is another one than before", i + 1);
	if (new->charters_n < old->charters_n)
		return err_set(&c->e, "charter_rollback", "the server's newest charter is version %zu; version %zu was seen",
			new->charters_n, old->charters_n);
	if (old->has_revocations && (!new->has_revocations || new->revocations.number < old->revocations.number))
		return err_set(&c->e, "list_rollback", "the server's revocation list is older than the one that was seen");
	return true;
}

bool cmd_refresh(struct cli *c)
{
	struct buf text = { 0 };
	struct trust *old, *new = NULL;
	bool rc = false;

	if (!cmd_client(c) || !cmd_crypto(c) || (home_has(&c->home, HOME_TRUST) && !cmd_trust(c)))
		return false;
	if (client_get(c->client, "/trust", TRUST_MAX, &text, &c->e))
		new = trust_parse(c->crypto, buf_slice(&text), &c->home.link.genesis, &c->e);
	if (new == NULL || (c->trust != NULL && !is_progress(c, c->trust, new)))
		goto out;
	old = c->trust;
	c->trust = new;
	new = old;
	rc = (!c->trust->has_head || cmd_follow_head(c, json_object_get(c->trust->doc, "head"))) &&
		home_write_json(&c->home, HOME_TRUST, c->trust->doc, &c->e);
out:
	trust_free(new);
	buf_free(&text);
	return rc;
}

static bool write_authorities(struct cli *c)
{
	struct buf pem = { 0 };
	bool rc = true;

	for (size_t i = 0; i < c->trust->authorities_n; i++)
		rc = rc && pem_write("CERTIFICATE", c->trust->authorities[i].der, &pem);
	rc = rc && !pem.failed ? home_write(&c->home, HOME_CA, 0644, buf_slice(&pem), &c->e) : err_memory(&c->e);
	buf_free(&pem);
	return rc;
}

static bool check_crl(struct cli *c, struct slice der)
{
	const struct ca_cert *ca;
	struct crl l;

	if (!crl_parse(der, &l, &c->e))
		return false;
	ca = trust_authority(c->trust, l.aki);
	if (ca == NULL || digest_compare(&l.genesis, &c->trust->genesis) != 0)
		return err_set(&c->e, "wrong_context", "the server's CRL is by another authority than the group's");
	return crl_verify(c->crypto, &l, &ca->key, &c->e);
}

static bool write_crl(struct cli *c)
{
	struct buf text = { 0 }, der = { 0 }, pem = { 0 };
	bool rc = cmd_client(c) && client_get(c->client, "/crl", CRL_MAX, &text, &c->e) &&
		pem_read(buf_slice(&text), "X509 CRL", &der, &c->e) && check_crl(c, buf_slice(&der));

	if (rc)
		rc = pem_write("X509 CRL", buf_slice(&der), &pem) ? home_write(&c->home, HOME_CRL, 0644, buf_slice(&pem), &c->e)
								  : err_memory(&c->e);
	buf_free(&pem);
	buf_free(&der);
	buf_free(&text);
	return rc;
}

/* A threshold group has neither before its members have made the key. */
bool cmd_write_lists(struct cli *c)
{
	return c->trust->authorities_n == 0 || (write_authorities(c) && write_crl(c));
}

bool cmd_take_certificate(struct cli *c, struct slice der, const struct id16 *member, const struct sig_key *key, struct gmc_result *out)
{
	enum gmc_verdict verdict = verify_gmc(c->crypto, c->trust, der, c->now, out);
	struct digest thumb;
	struct buf pem = { 0 };
	bool rc;

	jwk_thumbprint(sig_key_pub(key), &thumb);
	if (verdict != GMC_MEMBER)
		return err_set(
			&c->e, out->reason[0] != '\0' ? out->reason : "bad_certificate", "the certificate is not good: %s", out->text);
	if (memcmp(out->member, member->b, sizeof(member->b)) != 0 || memcmp(out->key, thumb.b, sizeof(thumb.b)) != 0)
		return err_set(&c->e, "bad_certificate", "the certificate is another member's, or for another key");
	rc = pem_write("CERTIFICATE", der, &pem) ? home_write(&c->home, HOME_GMC, 0644, buf_slice(&pem), &c->e) : err_memory(&c->e);
	buf_free(&pem);
	return rc;
}

static bool is_published(const json_t *certificate)
{
	const char *state = json_string_value(json_object_get(certificate, "state"));

	return state == NULL || strcmp(state, "published") == 0;
}

/* The published certificate that lasts longest, but less long than `below`. NULL when there is none. */
static const char *newest_serial(const json_t *member, int64_t below, int64_t *until)
{
	const json_t *list = json_object_get(member, "certificates"), *one;
	const char *found = NULL;
	struct id16 id;
	size_t i;

	*until = -1;
	json_array_foreach((json_t *)(uintptr_t)list, i, one)
	{
		const char *serial = json_string_value(json_object_get(one, "serial"));
		int64_t ends = json_integer_value(json_object_get(one, "until"));

		if (serial == NULL || !id16_parse(serial, &id) || ends >= below || ends <= *until ||
			json_is_true(json_object_get(one, "revoked")) || !is_published(one))
			continue;
		found = serial;
		*until = ends;
	}
	return found;
}

/* By the server's word; the list that it signs is what counts. */
static bool has_gone(const json_t *member)
{
	const char *state = json_string_value(json_object_get(member, "state"));

	return state != NULL && strcmp(state, "member") != 0 && strcmp(state, "suspended") != 0;
}

bool cmd_fetch_certificate(struct cli *c, const struct id16 *member, const struct sig_key *key, struct gmc_result *out)
{
	char path[CLIENT_PATH_MAX], hex[ID16_TEXT];
	struct err why = { 0 };
	const char *serial;
	int64_t until = TIME_MAX;
	json_t *doc;
	bool rc = false;

	id16_text(member, hex);
	snprintf(path, sizeof(path), "/members/%s", hex);
	doc = cmd_client(c) ? client_get_json(c->client, path, CLIENT_SMALL, &c->e) : NULL;
	if (doc == NULL)
		return false;
	if (has_gone(doc))
		err_set(&c->e, "not_a_member", "this member has left the group, or was expelled");
	err_set(&why, "no_certificate", "the server has no certificate for this member and key yet");
	for (int tries = 0; !rc && !has_gone(doc) && tries < 8 && (serial = newest_serial(doc, until, &until)) != NULL; tries++) {
		struct buf der = { 0 };

		err_clear(&c->e);
		snprintf(path, sizeof(path), "/certificates/%s", serial);
		rc = client_get(c->client, path, GMC_DER_MAX, &der, &c->e) && cmd_take_certificate(c, buf_slice(&der), member, key, out);
		buf_free(&der);
	}
	json_decref(doc);
	return rc || err_set(&c->e, why.name, "%s", why.text);
}

const struct charter *cmd_in_force_at(const struct cli *c, int64_t when)
{
	size_t i = c->trust->charters_n - 1;

	while (i > 0 && c->trust->charters[i].charter->effective > when)
		i--;
	return c->trust->charters[i].charter;
}

const struct charter *cmd_in_force(const struct cli *c)
{
	return cmd_in_force_at(c, c->now);
}

static const struct requirement *first_votes(const struct requirement *r)
{
	const struct requirement *found = r != NULL && r->type == REQ_VOTES ? r : NULL;

	if (r != NULL && (r->type == REQ_ALL || r->type == REQ_ANY || r->type == REQ_AT_LEAST))
		for (uint32_t i = 0; found == NULL && i < r->n; i++)
			found = first_votes(&r->child[i]);
	return found;
}

uint32_t cmd_votes_needed(const struct charter *c, enum question q, uint32_t n)
{
	const struct requirement *votes = first_votes(charter_requirement(c, q, false));

	if (votes == NULL)
		return 0;
	return votes_needed(votes, votes->votes.of != NULL ? votes->votes.of_n : n);
}

const struct charter *cmd_charter(struct cli *c, const struct digest *charter)
{
	const struct charter *found;

	if (!cmd_trust(c) && !err_is(&c->e, "no_trust"))
		return NULL;
	err_clear(&c->e);
	found = c->trust != NULL ? trust_charter(c->trust, charter) : NULL;
	if (found == NULL && !cmd_refresh(c))
		return NULL;
	if (found == NULL)
		found = trust_charter(c->trust, charter);
	if (found == NULL)
		err_set(&c->e, "unknown_charter", "the group's chain of charters has none with this digest");
	return found;
}
