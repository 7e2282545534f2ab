/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "base/text.h"
#include "peer/cmd.h"
#include "peer/csr.h"
#include "peer/pem.h"

static bool kind_of_key(struct cli *c, enum sig_alg *out)
{
	const char *type = cmd_option(c, OPT_TYPE);

	*out = SIG_ED25519;
	if (type == NULL || strcmp(type, "ed25519") == 0)
		return true;
	*out = SIG_P256;
	return strcmp(type, "p256") == 0 || err_set(&c->e, "bad_argument", "--type is ed25519 or p256");
}

static bool write_csr(struct cli *c, const struct sig_key *k, const char *path, const char *name)
{
	struct buf der = { 0 }, pem = { 0 };
	bool rc = csr_make(c->crypto, k, name, &der, &c->e);

	if (rc)
		rc = pem_write("CERTIFICATE REQUEST", buf_slice(&der), &pem) ? file_write(path, 0644, buf_slice(&pem), &c->e)
									     : err_memory(&c->e);
	buf_free(&pem);
	buf_free(&der);
	return rc;
}

bool cmd_make_key(struct cli *c, const char *key_path, const char *csr_path, const char *name)
{
	const char *file = cmd_option(c, OPT_PASSPHRASE);
	char passphrase[1024], thumb[THUMB_TEXT];
	struct sig_key *k = NULL;
	struct digest d;
	enum sig_alg alg;
	bool rc;

	if (!kind_of_key(c, &alg) || !cmd_crypto(c))
		return false;
	if (name != NULL && (strlen(name) > 64 || !text_is_clean(slice_str(name))))
		return err_set(&c->e, "bad_argument", "a name has at most 64 bytes of plain text on one line");
	if (file != NULL && !keyfile_passphrase(file, passphrase, sizeof(passphrase), &c->e))
		return false;
	k = sig_key_generate(alg, &c->e);
	rc = k != NULL && keyfile_write(key_path, k, file != NULL ? passphrase : NULL, &c->e) && write_csr(c, k, csr_path, name);
	bytes_wipe(passphrase, sizeof(passphrase));
	if (rc) {
		jwk_thumbprint(sig_key_pub(k), &d);
		thumb_text(&d, thumb);
		term_line(&c->term, "key", "%s %s: %s%s", sig_alg_name(alg), thumb, key_path, file == NULL ? " (not encrypted)" : "");
	}
	sig_key_free(k);
	return rc;
}

/* "ana.pem" makes "ana.csr"; any other name gets ".csr" behind it. */
static bool csr_beside(struct cli *c, const char *key, char out[static HOME_PATH_MAX])
{
	size_t n = strlen(key);

	if (n + 5 > HOME_PATH_MAX)
		return err_set(&c->e, "bad_argument", "the file's name is too long");
	n -= n > 4 && strcmp(key + n - 4, ".pem") == 0 ? 4 : 0;
	snprintf(out, HOME_PATH_MAX, "%.*s.csr", (int)n, key);
	return true;
}

/* "ana.csr" says more than "key.csr", as long as the name is one for a file. */
static void csr_at_home(const struct home *h, char out[static HOME_PATH_MAX])
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
	char file[HOME_NAME_MAX + 8] = HOME_CSR;

	if (h->name[0] != '\0' && h->name[0] != '-' && strspn(h->name, plain) == strlen(h->name))
		snprintf(file, sizeof(file), "%s.csr", h->name);
	home_path(h, file, out);
}

int cmd_keygen(struct cli *c)
{
	const char *out = cmd_option(c, OPT_OUT), *given = cmd_option(c, OPT_CSR), *name = cmd_option(c, OPT_NAME);
	char key[HOME_PATH_MAX], csr[HOME_PATH_MAX];

	if (out == NULL) {
		if (!cmd_home(c))
			return cmd_fail(c);
		if (name != NULL)
			snprintf(c->home.name, sizeof(c->home.name), "%.64s", name);
		if (!home_save(&c->home, &c->e)) /* makes the folder */
			return cmd_fail(c);
		home_path(&c->home, HOME_KEY, key);
		csr_at_home(&c->home, csr);
	} else if (strlen(out) < sizeof(key)) {
		memcpy(key, out, strlen(out) + 1);
	}
	if ((out != NULL && !csr_beside(c, out, csr)) || !cmd_make_key(c, key, given != NULL ? given : csr, name))
		return cmd_fail(c);
	term_line(&c->term, "request", "%s: what a founder gives to whoever founds the group", given != NULL ? given : csr);
	return EXIT_DONE;
}
