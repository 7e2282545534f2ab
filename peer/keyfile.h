/* SPDX-License-Identifier: ISC
 * Private keys as PKCS#8 PEM files that openssl reads, and passphrases in files. */
#ifndef PEER_KEYFILE_H
#define PEER_KEYFILE_H

#include "base/sig.h"
#include "peer/file.h"
#include "peer/pem.h"

/* Reads "PRIVATE KEY" or, with a passphrase, "ENCRYPTED PRIVATE KEY" (PBES2: scrypt or PBKDF2). passphrase may be NULL. At most 16 KiB;
 * a file that others can read is refused. "key_unreadable", "key_exposed", "key_encrypted" (no passphrase given), "wrong_passphrase",
 * "bad_key". Free with sig_key_free. */
struct sig_key *keyfile_read(const char *path, const char *passphrase, struct err *e);
/* Writes 0600, a new file, fsynced (the folder too); never over an existing one ("key_exists"). Encrypted with AES-256-CBC and scrypt
 * (RFC 7914) when a passphrase is given. "key_unwritable" */
bool keyfile_write(const char *path, const struct sig_key *k, const char *passphrase, struct err *e);
/* The first line of a file as a passphrase, wiped by the caller (bytes_wipe). "passphrase_unreadable" (also: empty, a NUL, does not fit),
 * "passphrase_exposed". */
bool keyfile_passphrase(const char *path, char *out, size_t size, struct err *e);

#endif
