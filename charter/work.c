/* SPDX-License-Identifier: ISC */
#include "charter/work.h"

#include <sodium.h>
#include <string.h>

#include "charter/object.h"

_Static_assert(WORK_NONCE == crypto_pwhash_argon2id_SALTBYTES, "libsodium takes salts of this length alone");

bool work_derive(const struct work_puzzle *p, uint32_t counter, uint8_t key[static WORK_KEY], struct err *e)
{
	char password[WORK_NONCE + 4];

	memcpy(password, p->nonce, WORK_NONCE);
	for (int i = 0; i < 4; i++)
		password[WORK_NONCE + i] = (char)(counter >> (24 - 8 * i));
	return crypto_pwhash_argon2id(key, WORK_KEY, password, sizeof(password), p->salt, WORK_PASSES, (size_t)WORK_MEMORY * 1024,
		       crypto_pwhash_argon2id_ALG_ARGON2ID13) == 0 ||
		err_memory(e);
}

int64_t work_effort(uint32_t counter)
{
	return (int64_t)counter * WORK_MEMORY * WORK_PASSES;
}

uint32_t work_counter(int64_t effort)
{
	const int64_t try = (int64_t)WORK_MEMORY * WORK_PASSES;

	return (uint32_t)((effort + try - 1) / try);
}

bool work_read(const struct at *at, struct work_done *out)
{
	static const char *const members[] = { "nonce", "salt", "counter", "key", NULL };
	struct work_done w = { 0 };
	int64_t counter = 0;

	if (!at_only(at, members) || !at_base64_exact(at, "nonce", w.puzzle.nonce, sizeof(w.puzzle.nonce)) ||
		!at_base64_exact(at, "salt", w.puzzle.salt, sizeof(w.puzzle.salt)) || !at_int(at, "counter", 0, UINT32_MAX, &counter) ||
		!at_base64_exact(at, "key", w.key, sizeof(w.key)))
		return false;
	w.counter = (uint32_t)counter;
	*out = w;
	return true;
}

json_t *work_print(const struct work_done *w)
{
	json_t *o = json_object();

	if (object_set_base64(o, "nonce", slice_of(w->puzzle.nonce, sizeof(w->puzzle.nonce))) &&
		object_set_base64(o, "salt", slice_of(w->puzzle.salt, sizeof(w->puzzle.salt))) &&
		object_set_int(o, "counter", w->counter) && object_set_base64(o, "key", slice_of(w->key, sizeof(w->key))))
		return o;
	json_decref(o);
	return NULL;
}

bool work_holds(const struct work_done *w, int64_t effort, struct err *e)
{
	uint8_t key[WORK_KEY];

	if (work_effort(w->counter) < effort)
		return err_set(e, "work_short", "counter %u takes an effort of %lld, and %lld is claimed", (unsigned)w->counter,
			(long long)work_effort(w->counter), (long long)effort);
	if (!work_derive(&w->puzzle, w->counter, key, e))
		return false;
	return memcmp(key, w->key, sizeof(key)) == 0 ||
		err_set(e, "work_wrong", "counter %u does not give the key that is claimed", (unsigned)w->counter);
}
