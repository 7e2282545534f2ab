/* SPDX-License-Identifier: ISC */
#include "peer/keyfile.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>
#include <string.h>

enum { KEY_FILE_MAX = 16384, PASSPHRASE_MAX = 1024, SALT = 16 };
/* RFC 7914 section 2. With more memory no openssl command would open the file: it gives scrypt 32 MiB at most, of which N = 2^14 takes
 * half, and N = 2^15 a little more than all. Five rounds make up for it. */
enum { SCRYPT_N = 1 << 14, SCRYPT_R = 8, SCRYPT_P = 5 };

/* The names of peer/file.h say "file_..." where ours say what the file was to hold. */
static bool rename_error(struct err *e, const char *from, const char *to)
{
	struct err old;

	if (!err_is(e, from))
		return false;
	old = *e;
	err_clear(e);
	return err_set(e, to, "%s", old.text);
}

static bool read_secret(const char *path, size_t max, struct buf *out, const char *unreadable, const char *exposed, struct err *e)
{
	struct err why = { 0 };

	if (file_read_secret(path, max, out, &why))
		return true;
	rename_error(&why, "file_unreadable", unreadable);
	rename_error(&why, "file_exposed", exposed);
	rename_error(&why, "too_large", unreadable);
	return err_set(e, why.name, "%s", why.text);
}

/* RFC 5958 section 3, EncryptedPrivateKeyInfo. The older schemes of PKCS#5 and PKCS#12 are not served. */
static X509_SIG *read_encrypted(struct slice der)
{
	const uint8_t *p = der.p;
	X509_SIG *sealed = d2i_X509_SIG(NULL, &p, (long)der.n);
	const X509_ALGOR *alg = NULL;
	const ASN1_OBJECT *oid = NULL;

	if (sealed == NULL)
		return NULL;
	X509_SIG_get0(sealed, &alg, NULL);
	X509_ALGOR_get0(&oid, NULL, NULL, alg);
	if (p == der.p + der.n && OBJ_obj2nid(oid) == NID_pbes2)
		return sealed;
	X509_SIG_free(sealed);
	return NULL;
}

static struct sig_key *key_from_info(const PKCS8_PRIV_KEY_INFO *info, struct err *e)
{
	struct sig_key *k = NULL;
	uint8_t *der = NULL;
	int n = i2d_PKCS8_PRIV_KEY_INFO(info, &der);

	if (n > 0)
		k = sig_key_from_pkcs8(slice_of(der, (size_t)n), e);
	else
		err_memory(e);
	OPENSSL_clear_free(der, n > 0 ? (size_t)n : 0);
	return k;
}

static struct sig_key *decrypt(struct slice der, const char *path, const char *passphrase, struct err *e)
{
	PKCS8_PRIV_KEY_INFO *info;
	struct sig_key *k = NULL;
	X509_SIG *sealed;

	if (passphrase == NULL) {
		err_set(e, "key_encrypted", "%s is encrypted: give its passphrase", path);
		return NULL;
	}
	sealed = read_encrypted(der);
	if (sealed == NULL) {
		ERR_clear_error();
		err_set(e, "bad_key", "%s is not encrypted by PBES2: `openssl pkcs8 -topk8 -scrypt` does that", path);
		return NULL;
	}
	info = PKCS8_decrypt(sealed, passphrase, (int)strlen(passphrase));
	ERR_clear_error();
	if (info != NULL)
		k = key_from_info(info, e);
	else
		err_set(e, "wrong_passphrase", "%s does not open with this passphrase, or it is damaged", path);
	PKCS8_PRIV_KEY_INFO_free(info);
	X509_SIG_free(sealed);
	return k;
}

struct sig_key *keyfile_read(const char *path, const char *passphrase, struct err *e)
{
	struct buf text = { 0 }, der = { 0 };
	struct sig_key *k = NULL;
	struct err why = { 0 };
	bool sealed;

	if (!read_secret(path, KEY_FILE_MAX, &text, "key_unreadable", "key_exposed", e))
		goto out;
	sealed = pem_has(buf_slice(&text), "ENCRYPTED PRIVATE KEY");
	if (!pem_read(buf_slice(&text), sealed ? "ENCRYPTED PRIVATE KEY" : "PRIVATE KEY", &der, &why)) {
		err_set(e, err_is(&why, "bad_pem") ? "bad_key" : why.name, "%s: %s", path, why.text);
		goto out;
	}
	k = sealed ? decrypt(buf_slice(&der), path, passphrase, e) : sig_key_from_pkcs8(buf_slice(&der), e);
out:
	buf_free(&der);
	buf_free(&text);
	return k;
}

/* Appends the EncryptedPrivateKeyInfo. */
static bool encrypt(struct slice plain, const char *passphrase, struct buf *out, struct err *e)
{
	const uint8_t *p = plain.p;
	PKCS8_PRIV_KEY_INFO *info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &p, (long)plain.n);
	X509_SIG *sealed = NULL;
	uint8_t salt[SALT], *der = NULL;
	X509_ALGOR *pbe;
	int n = -1;

	bytes_random(salt, sizeof(salt));
	pbe = PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), salt, sizeof(salt), NULL, SCRYPT_N, SCRYPT_R, SCRYPT_P);
	if (info != NULL && pbe != NULL)
		sealed = PKCS8_set0_pbe(passphrase, (int)strlen(passphrase), info, pbe);
	if (sealed != NULL)
		n = i2d_X509_SIG(sealed, &der);
	else
		X509_ALGOR_free(pbe);
	if (n > 0)
		buf_add(out, der, (size_t)n);
	OPENSSL_free(der);
	X509_SIG_free(sealed);
	PKCS8_PRIV_KEY_INFO_free(info);
	ERR_clear_error();
	return (n > 0 && !out->failed) || err_memory(e);
}

bool keyfile_write(const char *path, const struct sig_key *k, const char *passphrase, struct err *e)
{
	struct buf plain = { 0 }, sealed = { 0 }, text = { 0 };
	const char *label = passphrase == NULL ? "PRIVATE KEY" : "ENCRYPTED PRIVATE KEY";
	struct err why = { 0 };
	bool rc = false;

	if (passphrase != NULL && strlen(passphrase) > PASSPHRASE_MAX)
		return err_set(e, "wrong_passphrase", "the passphrase has more than %d bytes", PASSPHRASE_MAX);
	if (!sig_key_to_pkcs8(k, &plain, e) || (passphrase != NULL && !encrypt(buf_slice(&plain), passphrase, &sealed, e)))
		goto out;
	if (!pem_write(label, buf_slice(passphrase == NULL ? &plain : &sealed), &text)) {
		err_memory(e);
		goto out;
	}
	rc = file_create(path, 0600, buf_slice(&text), &why);
	if (!rc) {
		rename_error(&why, "file_exists", "key_exists");
		rename_error(&why, "file_unwritable", "key_unwritable");
		err_set(e, why.name, "%s", why.text);
	}
out:
	buf_free(&text);
	buf_free(&sealed);
	buf_free(&plain);
	return rc;
}

bool keyfile_passphrase(const char *path, char *out, size_t size, struct err *e)
{
	struct buf text = { 0 };
	const uint8_t *end;
	bool rc = false;
	size_t n;

	if (!read_secret(path, PASSPHRASE_MAX, &text, "passphrase_unreadable", "passphrase_exposed", e))
		goto out;
	end = text.n == 0 ? NULL : memchr(text.p, '\n', text.n);
	n = end == NULL ? text.n : (size_t)(end - text.p);
	if (n > 0 && text.p[n - 1] == '\r')
		n--;
	rc = n > 0 && n < size && memchr(text.p, '\0', n) == NULL;
	if (rc) {
		memcpy(out, text.p, n);
		out[n] = '\0';
	} else {
		err_set(e, "passphrase_unreadable", "the first line of %s is no passphrase: it is empty, too long or holds a NUL", path);
	}
out:
	buf_free(&text);
	return rc;
}
