/* SPDX-License-Identifier: ISC
 * What the tests of the vault share: one in a folder of its own, and what can be put into it. */
#ifndef TESTS_PEER_VAULTS_H
#define TESTS_PEER_VAULTS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "peer/file.h"
#include "peer/vault.h"

static char dir[] = "/tmp/ch-vault-XXXXXX";
static char path[64];
static struct sig_key *key;

static inline int setup(void **state)
{
	(void)state;
	if (mkdtemp(dir) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/agent.vault", dir);
	key = sig_key_generate(SIG_ED25519, NULL);
	return key == NULL ? -1 : 0;
}

static inline int teardown(void **state)
{
	char lock[80];

	(void)state;
	snprintf(lock, sizeof(lock), "%s.lock", path);
	unlink(path);
	unlink(lock);
	sig_key_free(key);
	return rmdir(dir);
}

static inline int fresh(void **state)
{
	(void)state;
	unlink(path);
	return 0;
}

static inline struct vault *open_it(void)
{
	struct err e = { 0 };
	struct vault *v = vault_open(path, key, &e);

	if (v == NULL)
		fail_msg("%s: %s", e.name, e.text);
	return v;
}

static inline struct digest named(uint8_t b)
{
	struct digest d;

	memset(d.b, b, sizeof(d.b));
	return d;
}

static inline struct vault_share share_of(uint8_t of_key, uint8_t ceremony, uint32_t epoch)
{
	struct vault_share s = { .key = named(of_key),
		.ceremony = named(ceremony),
		.transcript = named((uint8_t)(ceremony + 100)),
		.epoch = epoch,
		.share = { .id = 300 } };

	scalar_random(&s.share.value);
	return s;
}

static inline void given(struct vault *v, uint32_t turn, uint8_t out[static SEED_BYTES])
{
	const struct digest ceremony = named(5);

	assert_true(vault_nonce_draw(v, &ceremony, turn, out, NULL));
}

static inline bool has(struct vault *v, uint32_t turn)
{
	const struct digest ceremony = named(5);
	uint8_t seed[SEED_BYTES];

	return vault_nonce(v, &ceremony, turn, seed, NULL);
}

#endif
