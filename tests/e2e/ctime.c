/* SPDX-License-Identifier: ISC
 * Making shares, nonces and parts with secrets that valgrind takes for undefined: it then reports each branch and each address that depends
 * on one (tests/e2e/ctime.sh). ctime leak does what must be reported. */
#include <stdio.h>
#include <string.h>
#include <valgrind/memcheck.h>

#include "voting/dkg.h"
#include "voting/frost.h"
#include "voting/multisig.h"
#include "voting/repair.h"

enum { T = 3 };

static void secret(const void *p, size_t n)
{
	VALGRIND_MAKE_MEM_UNDEFINED(p, n);
}

/* Bytes that nobody may learn anything of by the time that something takes. */
static void random_secret(void *p, size_t n)
{
	bytes_random(p, n);
	secret(p, n);
}

static void shown(const void *p, size_t n)
{
	VALGRIND_MAKE_MEM_DEFINED(p, n);
}

static void show_nonce(struct round_nonce *n)
{
	shown(&n->commitment, sizeof(n->commitment));
}

/* Dealing, proving, checking what was dealt, and adding up: what each member of a ceremony does with what only it knows. */
static bool ceremony(struct share shares[static T], struct point group[static T])
{
	static struct dkg_polynomial f[T];
	static struct point c[T][T];
	struct dkg_dealt dealt[T];
	struct dkg_proof proof;
	struct scalar nonce;
	uint8_t seed[SEED_BYTES];
	bool bad[T];

	for (size_t j = 0; j < T; j++) {
		random_secret(seed, sizeof(seed));
		dkg_deal(seed, T, &f[j]);
		shares_commit(f[j].f, T, c[j]);
		shown(c[j], sizeof(c[j]));
		scalar_random(&nonce);
		secret(&nonce, sizeof(nonce));
		dkg_prove(&f[j], (share_id)(j + 1), slice_str(""), &nonce, &proof);
		shown(&proof, sizeof(proof));
		if (!dkg_proof_verify(&proof, (share_id)(j + 1), &c[j][0], slice_str(""), NULL))
			return false;
	}
	for (share_id id = 1; id <= T; id++) {
		for (size_t j = 0; j < T; j++) {
			dealt[j] = (struct dkg_dealt){ .from = (share_id)(j + 1), .commitment = c[j] };
			shares_at(f[j].f, T, id, &dealt[j].share);
		}
		if (!dkg_finish(id, dealt, T, T, &shares[id - 1], group, bad, NULL))
			return false;
	}
	return true;
}

static bool signing(struct crypto *crypto, const struct share shares[static T], const struct point group[static T])
{
	struct frost_package p = { .key = group[0], .message = slice_str("a message"), .t = T, .n = T };
	struct round_commitment list[T];
	struct round_nonce nonces[T];
	struct round_part parts[T];
	struct point public[T];
	uint8_t random[ROUND_RANDOM], signature[SIG_BYTES];
	bool bad[T];

	for (size_t i = 0; i < T; i++) {
		bytes_random(random, sizeof(random));
		secret(random, sizeof(random));
		round_commit(&shares[i], random, &nonces[i]);
		show_nonce(&nonces[i]);
		list[i] = nonces[i].commitment;
		shares_public(group, T, shares[i].id, &public[i]);
	}
	p.list = list;
	for (size_t i = 0; i < T; i++) {
		if (!frost_sign(&shares[i], &nonces[i], &p, &parts[i], NULL))
			return false;
		shown(&parts[i], sizeof(parts[i]));
	}
	return frost_combine(crypto, &p, parts, public, signature, bad, NULL);
}

/* The shares as keys of their owners. */
static bool together(struct crypto *crypto, const struct share shares[static T])
{
	struct point keys[T];
	struct multisig_list list;
	struct multisig_package p = { .list = &list, .message = slice_str("a message"), .n = T };
	struct round_commitment commitments[T];
	struct round_nonce nonces[T];
	struct round_part parts[T];
	struct multisig_signers signers;
	uint8_t random[ROUND_RANDOM], signature[SIG_BYTES];
	bool bad[T];

	for (size_t i = 0; i < T; i++) {
		point_base(&shares[i].value, &keys[i]);
		shown(&keys[i], sizeof(keys[i]));
		bytes_random(random, sizeof(random));
		round_commit(&shares[i], random, &nonces[i]);
		show_nonce(&nonces[i]);
		commitments[i] = nonces[i].commitment;
	}
	p.commitments = commitments;
	if (!multisig_list_make(keys, T, &list, NULL))
		return false;
	for (size_t i = 0; i < T; i++) {
		if (!multisig_sign(&shares[i], &nonces[i], &p, &parts[i], NULL))
			return false;
		shown(&parts[i], sizeof(parts[i]));
	}
	return multisig_combine(crypto, &p, parts, signature, &signers, bad, NULL);
}

/* A share for number 9, and the first one's dealt anew. */
static bool later(const struct share shares[static T], const struct point group[static T])
{
	static const share_id ids[T] = { 1, 2, 3 };
	struct scalar parts[T][T], got[T], sums[T];
	struct point said[T][T], first;
	struct share new = { .id = 9 };
	struct dkg_polynomial f;
	uint8_t seed[SEED_BYTES];

	for (size_t i = 0; i < T; i++) {
		random_secret(seed, sizeof(seed));
		repair_split(seed, &shares[i], ids, T, i, 9, parts[i], said[i]);
		shown(said[i], sizeof(said[i]));
	}
	for (size_t j = 0; j < T; j++) {
		for (size_t i = 0; i < T; i++)
			got[i] = parts[i][j];
		repair_sum(got, T, &sums[j]);
	}
	repair_sum(sums, T, &new.value);
	random_secret(seed, sizeof(seed));
	dkg_redeal(seed, &shares[0], ids, T, 0, T, &f);
	point_base(&f.f[0], &first);
	shown(&first, sizeof(first));
	return shares_verify(&new, group, T, NULL);
}

int main(int argc, char **argv)
{
	struct crypto *crypto = crypto_new(NULL);
	struct share shares[T];
	struct point group[T];
	bool rc;

	if (crypto == NULL || !curve_self_test(NULL))
		return 2;
	rc = ceremony(shares, group);
	if (argc == 2 && strcmp(argv[1], "leak") == 0)
		rc = rc && shares[0].value.b[0] != 0;
	rc = rc && signing(crypto, shares, group) && together(crypto, shares) && later(shares, group);
	crypto_free(crypto);
	printf("%s\n", rc ? "done" : "failed");
	return rc ? 0 : 2;
}
