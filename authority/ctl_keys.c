/* SPDX-License-Identifier: ISC
 * Keys that commands are given. */
#include "authority/ctl.h"

#include <stdlib.h>
#include <string.h>

#include "peer/csr.h"
#include "peer/der.h"
#include "peer/keyfile.h"
#include "peer/profile.h"

enum { FILE_MAX = 16384 };

static bool read_jwk(struct slice text, struct sig_pub *out, struct err *e)
{
	json_t *doc = json_read(text, FILE_MAX, e);
	struct at at = at_root(doc, e);
	bool rc = doc != NULL && jwk_parse(&at, out);

	json_decref(doc);
	return rc;
}

static bool read_der(struct crypto *k, struct slice text, struct sig_pub *out, struct err *e)
{
	const bool request = pem_has(text, "CERTIFICATE REQUEST");
	struct buf der = { 0 };
	struct der d;
	bool rc = pem_read(text, request ? "CERTIFICATE REQUEST" : "PUBLIC KEY", &der, e);

	if (rc && request)
		rc = csr_verify(k, buf_slice(&der), out, e);
	if (rc && !request) {
		d = der_of(buf_slice(&der));
		rc = (profile_read_spki(&d, out) && der_done(&d)) || csr_verify(k, buf_slice(&der), out, NULL) ||
			err_set(e, "bad_key", "neither a JWK nor a public key nor a certification request");
	}
	buf_free(&der);
	return rc;
}

bool ctl_public_key(struct crypto *k, const char *path, struct sig_pub *out, struct err *e)
{
	struct buf text = { 0 };
	bool rc = file_read(path, FILE_MAX, &text, e);

	if (rc)
		rc = text.n > 0 && text.p[0] == '{' ? read_jwk(buf_slice(&text), out, e) : read_der(k, buf_slice(&text), out, e);
	rc = rc && sig_pub_check(k, out, e);
	buf_free(&text);
	if (!rc)
		err_prefix(e, "%s: ", path);
	return rc;
}

bool ctl_named_file(const char *value, char *name, size_t size, const char **path, struct err *e)
{
	const char *equals = strchr(value, '='), *base, *dot;
	size_t n;

	if (equals != NULL && equals != value && memchr(value, '/', (size_t)(equals - value)) == NULL) {
		base = value;
		n = (size_t)(equals - value);
		*path = equals + 1;
	} else {
		base = strrchr(value, '/') == NULL ? value : strrchr(value, '/') + 1;
		dot = strrchr(base, '.');
		n = dot == NULL || dot == base ? strlen(base) : (size_t)(dot - base);
		*path = value;
	}
	if (n == 0 || n >= size || **path == '\0')
		return err_set(e, "bad_value", "%s: NAME=FILE is wanted, the name with at most %zu bytes", value, size - 1);
	memcpy(name, base, n);
	name[n] = '\0';
	return true;
}

struct sig_key *ctl_key_file(struct ctl *c, const char *path)
{
	const char *passphrase = ctl_value(&c->line, CTL_PASSPHRASE, 0);
	char secret[1024];
	struct sig_key *k;

	if (passphrase != NULL && !keyfile_passphrase(passphrase, secret, sizeof(secret), &c->e))
		return NULL;
	k = keyfile_read(path, passphrase == NULL ? NULL : secret, &c->e);
	if (passphrase != NULL)
		bytes_wipe(secret, sizeof(secret));
	return k;
}

struct sig_key *ctl_key(struct ctl *c)
{
	const char *path = ctl_value(&c->line, CTL_KEY, 0);

	return ctl_key_file(c, path == NULL ? c->dir.admin : path);
}
