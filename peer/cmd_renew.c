/* SPDX-License-Identifier: ISC
 * gmc renew: a new certificate, for the same key or for a new one. */
#include "peer/cmd_asked.h"

#include <string.h>
#include <unistd.h>

#include "peer/csr.h"
#include "peer/request.h"
#include "voting/epoch.h"

#define HOME_RENEWAL "renewal.json"

enum { WAIT_SECONDS = 60, REKEY_FILE_MAX = 65536 };

/* Waits for the certificate with this serial; it comes a moment after the receipt. */
static bool await_certificate(struct cli *c, const char *serial, const struct sig_key *key, struct gmc_result *out)
{
	int64_t wait = WAIT_SECONDS, end;
	char path[CLIENT_PATH_MAX];
	struct id16 id;
	bool rc = false;

	if (serial == NULL || !id16_parse(serial, &id))
		return err_set(&c->e, "bad_answer", "the server does not name the certificate to come");
	if (!cmd_duration(c, OPT_WAIT, &wait))
		return false;
	snprintf(path, sizeof(path), "/certificates/%s", serial);
	for (end = c->clock() + wait;; sleep(1)) {
		struct buf der = { 0 };
		bool there = client_get(c->client, path, GMC_DER_MAX, &der, &c->e);

		c->now = c->clock();
		rc = there && cmd_take_certificate(c, buf_slice(&der), &c->home.member, key, out);
		buf_free(&der);
		if (there || c->now >= end || !(err_is(&c->e, "not_found") || client_is_down(c->client)))
			return rc;
		err_clear(&c->e);
	}
}

/* Where the charter lets members move, the next certificate after an epoch is for another place. */
static void tell_node(struct cli *c, const struct gmc_result *gmc)
{
	char node[ID16_TEXT], when[TIME_WORDS + 16];

	if (epoch_length(cmd_in_force(c)) == 0)
		return;
	hex_encode(gmc->node, sizeof(gmc->node), node);
	cmd_when(gmc->not_after, c->now, when);
	term_line(&c->term, "node", "%s; another one comes with the first certificate after its epoch, which ends %s or later", node, when);
}

static bool finish(struct cli *c, const json_t *answer, const struct sig_key *key)
{
	struct gmc_result gmc;
	char until[16], hex[ID16_TEXT];

	if (!cmd_refresh(c) || !await_certificate(c, json_string_value(json_object_get(answer, "serial")), key, &gmc))
		return false;
	cmd_date(gmc.not_after, until);
	hex_encode(gmc.serial, sizeof(gmc.serial), hex);
	term_line(&c->term, "renew", "certificate %.8s..., until %s", hex, until);
	tell_node(c, &gmc);
	if (c->term.json)
		term_json(&c->term, answer);
	return cmd_write_lists(c);
}

/* One that the group decides on is kept until then, so that asking again is the same one. */
static json_t *make_renewal(struct cli *c)
{
	struct renewal r = { .genesis = c->home.link.genesis, .charter = cmd_in_force(c)->object.digest, .iat = c->now };
	json_t *kept = asked_kept(c, HOME_RENEWAL);
	uint8_t nonce[16];

	if (kept != NULL || !err_ok(&c->e))
		return kept;
	bytes_random(nonce, sizeof(nonce));
	return cmd_member(c, &r.member) ? cmd_sign(c, KIND_RENEWAL, renewal_print(&r, nonce)) : NULL;
}

static int renew(struct cli *c)
{
	json_t *envelope = make_renewal(c), *answer = NULL;
	uint64_t number;
	int rc = -1;

	if (envelope != NULL)
		answer = cmd_post_signed(c, "/renewals", "renewal", envelope, KIND_RENEWAL, "", NULL);
	number = (uint64_t)json_integer_value(json_object_get(answer, "proposal"));
	if (answer != NULL && number > 0)
		rc = home_write_json(&c->home, HOME_RENEWAL, envelope, &c->e)
			? asked_await(c, number, HOME_RENEWAL, &c->home.member, c->key)
			: cmd_fail(c);
	if (answer != NULL && number == 0)
		rc = finish(c, answer, c->key) ? EXIT_DONE : cmd_fail(c);
	if (answer == NULL && envelope != NULL && !client_is_down(c->client))
		home_remove(&c->home, HOME_RENEWAL);
	json_decref(answer);
	json_decref(envelope);
	return rc < 0 ? cmd_fail(c) : rc;
}

static bool fill_rekey(struct cli *c, const struct sig_key *next, struct rekey *r)
{
	struct buf csr = { 0 };
	bool rc = cmd_member(c, &r->member) && csr_make(c->crypto, next, c->home.name[0] != '\0' ? c->home.name : NULL, &csr, &c->e);

	rc = rc && (csr.n <= sizeof(r->csr) || err_set(&c->e, "bad_csr", "the certification request became too large"));
	if (rc) {
		memcpy(r->csr, csr.p, csr.n);
		r->csr_n = csr.n;
	}
	buf_free(&csr);
	return rc;
}

/* Signed by both keys. Kept before it is sent, so that it is the same one when it must be sent again. */
static json_t *make_rekey(struct cli *c, const struct sig_key *next)
{
	const struct sig_key *const keys[] = { c->key, next };
	struct rekey r = { .genesis = c->home.link.genesis, .charter = cmd_in_force(c)->object.digest, .iat = c->now };
	struct buf payload = { 0 };
	json_t *doc = NULL, *envelope = NULL;
	uint8_t nonce[16];

	if (home_has(&c->home, HOME_REKEY))
		return home_read_json(&c->home, HOME_REKEY, REKEY_FILE_MAX, &c->e);
	bytes_random(nonce, sizeof(nonce));
	if (!fill_rekey(c, next, &r))
		return NULL;
	doc = rekey_print(&r, nonce);
	if (doc == NULL)
		err_memory(&c->e);
	else if (json_write(doc, &payload, &c->e))
		envelope = jws_sign(c->crypto, KIND_REKEY, buf_slice(&payload), keys, 2, &c->e);
	if (envelope != NULL && !home_write_json(&c->home, HOME_REKEY, envelope, &c->e)) {
		json_decref(envelope);
		envelope = NULL;
	}
	json_decref(doc);
	buf_free(&payload);
	return envelope;
}

/* The new key takes the old one's place; the old one stays beside it, for whoever has still to read what it signed. */
static bool exchange_keys(struct cli *c, const char *next_path)
{
	char path[HOME_PATH_MAX], old[HOME_PATH_MAX];
	struct digest thumb;
	char hex[65];

	jwk_thumbprint(sig_key_pub(c->key), &thumb);
	hex_encode(thumb.b, 8, hex);
	home_key_path(&c->home, path);
	if (strlen(path) + 32 > sizeof(old))
		return err_set(&c->e, "file_unwritable", "the key's path is too long");
	memcpy(old, path, strlen(path) + 1);
	snprintf(old + strlen(path), sizeof(old) - strlen(path), ".old-%.16s", hex);
	if (link(path, old) != 0 || rename(next_path, path) != 0)
		return err_set(&c->e, "file_unwritable", "%s cannot become %s: do it by hand; the new key is the one that counts now",
			next_path, path);
	home_remove(&c->home, HOME_REKEY);
	term_line(&c->term, "key", "%s is the new one; the old one is kept as %s", path, old);
	return true;
}

static bool rekey(struct cli *c)
{
	char key_path[HOME_PATH_MAX], csr_path[HOME_PATH_MAX];
	json_t *envelope = NULL, *answer = NULL;
	struct sig_key *next = NULL;
	bool rc;

	home_path(&c->home, HOME_KEY_NEXT, key_path);
	home_path(&c->home, HOME_CSR, csr_path);
	if (access(key_path, F_OK) != 0) {
		home_remove(&c->home, HOME_REKEY);
		if (!cmd_make_key(c, key_path, csr_path, c->home.name[0] != '\0' ? c->home.name : NULL))
			return false;
	}
	next = cmd_read_key(c, key_path);
	if (next != NULL && (envelope = make_rekey(c, next)) != NULL)
		answer = cmd_post_signed(c, "/renewals", "rekey", envelope, KIND_REKEY, "", NULL);
	rc = answer != NULL && finish(c, answer, next) && exchange_keys(c, key_path);
	json_decref(answer);
	json_decref(envelope);
	sig_key_free(next);
	return rc;
}

int cmd_renew(struct cli *c)
{
	bool rc = cmd_option(c, OPT_TYPE) == NULL || options_given(&c->opt, OPT_REKEY) ||
		err_set(&c->e, "bad_argument", "--type is that of a new key: it goes with --rekey");

	rc = rc && cmd_joined(c) && cmd_refresh(c) && cmd_key(c);
	if (rc && !options_given(&c->opt, OPT_REKEY))
		return renew(c);
	return rc && rekey(c) ? EXIT_DONE : cmd_fail(c);
}
