/* SPDX-License-Identifier: ISC
 * Private keys as PKCS#8 PEM files that openssl reads; public things as PEM. */
#ifndef PEER_KEYFILE_H
#define PEER_KEYFILE_H

#include "base/sig.h"

/* Reads "PRIVATE KEY" or, with a passphrase, "ENCRYPTED PRIVATE KEY" (PBES2: scrypt or PBKDF2). passphrase may be NULL. At most 16 KiB; a file that others
 * can read is refused. "key_unreadable", "key_exposed", "key_encrypted" (no passphrase given), "wrong_passphrase", "bad_key". Free with sig_key_free. */
struct sig_key *keyfile_read(const char *path, const char *passphrase, struct err *e);
/* Writes 0600, a new file, fsynced (the folder too); never over an existing one ("key_exists"). Encrypted with AES-256 and scrypt (RFC 7914) when a passphrase is given. */
bool keyfile_write(const char *path, const struct sig_key *k, const char *passphrase, struct err *e);
/* The first line of a file as a passphrase, wiped by the caller (bytes_wipe). "passphrase_unreadable", "passphrase_exposed". */
bool keyfile_passphrase(const char *path, char *out, size_t size, struct err *e);
/* A whole file of at most max bytes, appended. "file_unreadable", "too_large". */
bool file_read(const char *path, size_t max, struct buf *out, struct err *e);
/* Replaces a file atomically (temporary file beside it, fsync, rename, fsync of the folder) with this mode. "file_unwritable" */
bool file_write(const char *path, uint32_t mode, struct slice bytes, struct err *e);
/* PEM with this label ("CERTIFICATE", "X509 CRL", "CERTIFICATE REQUEST"): strict base64; takes DER as it is when the bytes are no PEM. */
bool pem_read(struct slice text, const char *label, struct buf *der, struct err *e);
bool pem_write(const char *label, struct slice der, struct buf *out);

#endif
