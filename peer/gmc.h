/* SPDX-License-Identifier: ISC
 * libgmc: does this certificate make its holder a member of the group, now? A peer asks before it routes a message through another.
 *
 * Link with `pkg-config --cflags --libs libgmc`. Needs libsodium, libcrypto and jansson. No threads, no mutable globals, no clock: `now` is
 * passed in. Every function may be called by several threads at once as long as they do not share a struct gmc; a struct gmc_trust may be
 * shared by readers. */
#ifndef GMC_H
#define GMC_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#ifdef __GNUC__
#pragma GCC visibility push(default) /* the library itself is compiled with everything else hidden */
#endif

/* The verdicts, numbered as the exit codes of gmc(1). */
enum gmc_verdict {
	GMC_MEMBER = 0,
	GMC_NOT_MEMBER = 10, /* well formed, and not of this group */
	GMC_EXPIRED = 11,    /* or not valid yet */
	GMC_REVOKED = 12,
	GMC_CANNOT_TELL = 13, /* too old a list, an unknown charter or CA: the charter says what to do then */
	GMC_FORGED = 14       /* names this group, and signature or bytes fail */
};

/* What was found out. Fields stay zero where the certificate could not be read so far. */
struct gmc_result {
	enum gmc_verdict verdict;
	char reason[48];    /* stable name: "ok", "wrong_group", "bad_signature", "expired", "revoked", "stale", ... */
	char text[256];     /* one line for a person */
	uint8_t member[16]; /* stays the same when key and certificate change */
	uint8_t node[16];   /* node ID in the overlay */
	uint8_t serial[16];
	uint8_t charter[32];  /* digest of the charter that it was issued under */
	uint8_t decision[32]; /* digest of the decision that admitted the member */
	uint8_t key[32];      /* RFC 7638 thumbprint of the holder's public key */
	int64_t not_before, not_after;
	char name[65]; /* subject's CN, may be empty */
};

/* Handles of the crypto libraries, for one thread at a time. NULL when a library does not start. */
struct gmc;
struct gmc *gmc_new(void);
void gmc_free(struct gmc *g);

/* A trust file (trust.json), read and verified in full. On failure NULL, and a line in why (which may be NULL) that begins with a stable
 * name. genesis, when not NULL, is the 32 bytes that the file must be pinned to. The bytes may be thrown away afterwards. */
struct gmc_trust;
struct gmc_trust *gmc_trust_read(struct gmc *g, const void *bytes, size_t n, const uint8_t *genesis, char *why, size_t why_size);
struct gmc_trust *gmc_trust_load(struct gmc *g, const char *path, char *why, size_t why_size);
void gmc_trust_free(struct gmc_trust *t);
/* The group's label and genesis, its newest charter's version, and the last time at which anybody can be told to be a member: the list's
 * next update and the charter's grace, or the end of a key before that. 0 where the trust file has no list. */
const char *gmc_trust_group(const struct gmc_trust *t);
const uint8_t *gmc_trust_genesis(const struct gmc_trust *t);
uint32_t gmc_trust_version(const struct gmc_trust *t);
int64_t gmc_trust_fresh_until(const struct gmc_trust *t);
/* 1 when the charter lets peers go on (with a mark) with those of whom they cannot tell, 0 when it refuses them. */
int gmc_trust_allows_unknown(const struct gmc_trust *t);
/* 1 when the charter makes members clients of the overlay: they use it, and nobody routes through them or stores with them; 0: peers. */
int gmc_trust_clients(const struct gmc_trust *t);

/* Judges a certificate in DER. `now` in seconds since 1970. out may be NULL. A certificate alone proves nothing: whoever shows it must
 * prove its key as well. */
enum gmc_verdict gmc_verify(struct gmc *g, const struct gmc_trust *t, const void *der, size_t n, int64_t now, struct gmc_result *out);

/* "member", "not a member", "expired", "revoked", "cannot tell", "forged". */
const char *gmc_verdict_text(enum gmc_verdict v);

#ifdef __GNUC__
#pragma GCC visibility pop
#endif
#ifdef __cplusplus
}
#endif
#endif
