/* SPDX-License-Identifier: ISC
 * What the schemes cost, as Saxena, Tsudik and Yi asked in 2003: t of n = 2t members admit somebody, t = 8, 64, 512. For each scheme CPU
 * time of who collects and of one voter, bytes that a voter sends and gets, bytes that prove it in the certificate, and how often a voter
 * comes. Counted are signatures, nonces and commitments; what all schemes send alike (the vote, the certificate to be) is not. */
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/measure.h"
#include "voting/frost.h"
#include "voting/multisig.h"

enum { T_MAX = 512, ROUNDS = 7, MESSAGE = 311 /* a GMC's TBS */, RSA_BYTES = 256, CONTESTANTS = 7 };
#define FROST_TIMES 3.0 /* of one verification, where signers report R */

static const struct {
	size_t t;
	double ms; /* twice what libsodium's own operations take for RFC 9591's coordinator */
} sizes[] = { { 8, 2.0 }, { 64, 12.6 }, { 512, 92.0 } };

/* Keys, votes and parts of all schemes: everybody has the same message before it. */
struct stage {
	size_t t;
	struct crypto *c;
	uint8_t message[MESSAGE];
	struct sig_key *plain[2]; /* one each is enough: all take as long */
	uint8_t votes[2][SIG_BYTES];
	EVP_PKEY *rsa;
	EVP_MD_CTX *rsa_context;
	uint8_t rsa_vote[RSA_BYTES];
	struct share shares[T_MAX];
	struct point public[2 * T_MAX]; /* of a share; the keys of all for the multisignature */
	struct round_nonce nonces[T_MAX];
	struct round_commitment commitments[T_MAX];
	struct frost_package frost;
	struct round_part frost_parts[T_MAX], hintless[T_MAX];
	struct multisig_list list;
	struct multisig_package multi;
	struct round_part multi_parts[T_MAX];
	uint8_t signature[SIG_BYTES];
};

static struct slice message(const struct stage *s)
{
	return slice_of(s->message, sizeof(s->message));
}

/* ---- each scheme's coordinator */

static bool verify_plain(struct stage *s, size_t which, size_t times)
{
	for (size_t i = 0; i < times; i++)
		if (!sig_verify(s->c, sig_key_pub(s->plain[which]), message(s), s->votes[which], NULL))
			return false;
	return true;
}

static bool one_verification(void *arg, size_t times)
{
	return verify_plain(arg, 0, times);
}

static bool ed25519_coordinate(void *arg, size_t times)
{
	struct stage *s = arg;

	return verify_plain(s, 0, times * s->t);
}

static bool p256_coordinate(void *arg, size_t times)
{
	struct stage *s = arg;

	return verify_plain(s, 1, times * s->t);
}

static bool rsa_coordinate(void *arg, size_t times)
{
	struct stage *s = arg;

	for (size_t i = 0; i < times * s->t; i++)
		if (EVP_DigestVerifyInit(s->rsa_context, NULL, EVP_sha256(), NULL, s->rsa) != 1 ||
			EVP_DigestVerify(s->rsa_context, s->rsa_vote, RSA_BYTES, s->message, MESSAGE) != 1)
			return false;
	return true;
}

static bool frost_combines(struct stage *s, const struct round_part *parts, size_t times)
{
	bool bad[T_MAX];

	for (size_t i = 0; i < times; i++)
		if (!frost_combine(s->c, &s->frost, parts, s->public, s->signature, bad, NULL))
			return false;
	return true;
}

static bool frost_coordinate(void *arg, size_t times)
{
	struct stage *s = arg;

	return frost_combines(s, s->frost_parts, times);
}

/* No R that any signer reports is the right one: the coordinator computes it. */
static bool rfc_coordinate(void *arg, size_t times)
{
	struct stage *s = arg;

	return frost_combines(s, s->hintless, times);
}

static bool multi_coordinate(void *arg, size_t times)
{
	struct stage *s = arg;
	struct multisig_signers signers;
	bool bad[T_MAX];

	for (size_t i = 0; i < times; i++)
		if (!multisig_combine(s->c, &s->multi, s->multi_parts, s->signature, &signers, bad, NULL))
			return false;
	return true;
}

/* ---- each scheme's voter */

static bool sign_plain(struct stage *s, size_t which, size_t times)
{
	for (size_t i = 0; i < times; i++)
		if (!sig_sign(s->c, s->plain[which], message(s), s->votes[which], NULL))
			return false;
	return true;
}

static bool ed25519_vote(void *arg, size_t times)
{
	return sign_plain(arg, 0, times);
}

static bool p256_vote(void *arg, size_t times)
{
	return sign_plain(arg, 1, times);
}

static bool rsa_vote(void *arg, size_t times)
{
	struct stage *s = arg;
	size_t n = RSA_BYTES;

	for (size_t i = 0; i < times; i++)
		if (EVP_DigestSignInit(s->rsa_context, NULL, EVP_sha256(), NULL, s->rsa) != 1 ||
			EVP_DigestSign(s->rsa_context, s->rsa_vote, &n, s->message, MESSAGE) != 1)
			return false;
	return true;
}

/* The first visit's nonces are made, and those that the package names are used: it cannot be made anew each time. */
static void first_visit(const struct stage *s)
{
	uint8_t random[ROUND_RANDOM];
	struct round_nonce fresh;

	bytes_random(random, sizeof(random));
	round_commit(&s->shares[0], random, &fresh);
}

static bool frost_vote(void *arg, size_t times)
{
	struct stage *s = arg;
	struct round_nonce nonce;
	struct round_part part;

	for (size_t i = 0; i < times; i++) {
		first_visit(s);
		nonce = s->nonces[0];
		if (!frost_sign(&s->shares[0], &nonce, &s->frost, &part, NULL))
			return false;
	}
	return true;
}

static bool multi_vote(void *arg, size_t times)
{
	struct stage *s = arg;
	struct round_nonce nonce;
	struct round_part part;

	for (size_t i = 0; i < times; i++) {
		first_visit(s);
		nonce = s->nonces[0];
		if (!multisig_sign(&s->shares[0], &nonce, &s->multi, &part, NULL))
			return false;
	}
	return true;
}

/* ---- the table */

/* Bytes that a voter sends and gets, and that stand in the certificate, for t of 2t. */
static size_t nothing(size_t t)
{
	(void)t;
	return 0;
}

static size_t of_64(size_t t)
{
	(void)t;
	return 64;
}

static size_t of_256(size_t t)
{
	(void)t;
	return RSA_BYTES;
}

/* D and E, then z and R. */
static size_t of_two_visits(size_t t)
{
	(void)t;
	return 128;
}

/* Identifier, D and E of each. */
static size_t a_package(size_t t)
{
	return 96 * t;
}

static size_t each_64(size_t t)
{
	return 64 * t;
}

static size_t each_256(size_t t)
{
	return RSA_BYTES * t;
}

static size_t with_bitmap(size_t t)
{
	return 64 + (2 * t + 7) / 8;
}

static const struct {
	const char *name;
	bool (*coordinate)(void *arg, size_t times), (*vote)(void *arg, size_t times);
	size_t (*up)(size_t t), (*down)(size_t t), (*certificate)(size_t t);
	unsigned visits;
} schemes[] = {
	{ "plain-ed25519", ed25519_coordinate, ed25519_vote, of_64, nothing, each_64, 1 },
	{ "plain-p256", p256_coordinate, p256_vote, of_64, nothing, each_64, 1 },
	{ "plain-rsa2048", rsa_coordinate, rsa_vote, of_256, nothing, each_256, 1 },
	{ "frost", frost_coordinate, frost_vote, of_two_visits, a_package, of_64, 2 },
	{ "frost-rfc", rfc_coordinate, frost_vote, of_two_visits, a_package, of_64, 2 },
	{ "multisignature", multi_coordinate, multi_vote, of_two_visits, a_package, with_bitmap, 2 },
};
enum { SCHEMES = sizeof(schemes) / sizeof(schemes[0]) };

static void print(const char *scheme, size_t t, const char *what, double value, const char *unit, double ratio)
{
	char name[64];

	snprintf(name, sizeof(name), "schemes.%s.%zu.%s", scheme, t, what);
	measure_print(name, value, unit, ratio, ratio > 0 ? "plain-ed25519" : NULL);
}

static void print_row(size_t i, size_t t, double coordinate_us, double coordinate_ratio, double vote_us, double vote_ratio)
{
	print(schemes[i].name, t, "coordinator", coordinate_us, "us", coordinate_ratio);
	print(schemes[i].name, t, "voter", vote_us, "us", vote_ratio);
	print(schemes[i].name, t, "up", (double)schemes[i].up(t), "bytes", 0);
	print(schemes[i].name, t, "down", (double)schemes[i].down(t), "bytes", 0);
	print(schemes[i].name, t, "certificate", (double)schemes[i].certificate(t), "bytes", 0);
	print(schemes[i].name, t, "visits", schemes[i].visits, "visits", 0);
	fprintf(stderr, "%4zu of %4zu  %-15s %12.1f %12.1f %8zu %8zu %12zu %7u\n", t, 2 * t, schemes[i].name, coordinate_us, vote_us,
		schemes[i].up(t), schemes[i].down(t), schemes[i].certificate(t), schemes[i].visits);
}

/* ---- the stage */

static bool prepare_plain(struct stage *s, struct err *e)
{
	s->c = crypto_new(e);
	s->plain[0] = sig_key_generate(SIG_ED25519, e);
	s->plain[1] = sig_key_generate(SIG_P256, e);
	s->rsa = EVP_RSA_gen(2048);
	s->rsa_context = EVP_MD_CTX_new();
	bytes_random(s->message, sizeof(s->message));
	return s->c != NULL && s->plain[0] != NULL && s->plain[1] != NULL && s->rsa != NULL && s->rsa_context != NULL &&
		sign_plain(s, 0, 1) && sign_plain(s, 1, 1) && rsa_vote(s, 1);
}

/* The shares of t of n, all at hand here; a share is its holder's key for the multisignature as well. */
static void prepare_shares(struct stage *s, size_t t)
{
	static struct scalar f[T_MAX];
	uint8_t random[ROUND_RANDOM];

	s->t = t;
	for (size_t k = 0; k < t; k++)
		scalar_random(&f[k]);
	for (size_t i = 0; i < 2 * t; i++) {
		struct share one = { .id = (share_id)(i + 1) };

		shares_at(f, t, one.id, &one.value);
		point_base(&one.value, &s->public[i]);
		if (i >= t)
			continue;
		s->shares[i] = one;
		bytes_random(random, sizeof(random));
		round_commit(&one, random, &s->nonces[i]);
		s->commitments[i] = s->nonces[i].commitment;
	}
	s->frost = (struct frost_package){ .message = message(s), .t = t, .list = s->commitments, .n = t };
	point_base(&f[0], &s->frost.key);
	s->multi = (struct multisig_package){ &s->list, message(s), s->commitments, t };
}

static bool prepare_parts(struct stage *s, struct err *e)
{
	struct round_nonce nonce;

	if (!multisig_list_make(s->public, 2 * s->t, &s->list, e))
		return false;
	for (size_t i = 0; i < s->t; i++) {
		nonce = s->nonces[i];
		if (!frost_sign(&s->shares[i], &nonce, &s->frost, &s->frost_parts[i], e))
			return false;
		s->hintless[i] = s->frost_parts[i];
		s->hintless[i].r = s->commitments[i].hiding;
		nonce = s->nonces[i];
		if (!multisig_sign(&s->shares[i], &nonce, &s->multi, &s->multi_parts[i], e))
			return false;
	}
	return true;
}

static void wanted(const char *what, size_t t, double got, const char *unit, double most)
{
	fprintf(stderr, "bench: %s, t = %zu: %.2f %s, at most %.1f wanted: %s\n", what, t, got, unit, most, got <= most ? "yes" : "no");
}

static void compare(struct stage *s, double most_ms)
{
	struct contestant c[CONTESTANTS] = { [SCHEMES] = { "one", one_verification, s, false } };
	char name[32];
	double collect[CONTESTANTS], collect_ratio[CONTESTANTS], vote[CONTESTANTS], vote_ratio[CONTESTANTS];

	for (size_t i = 0; i < SCHEMES; i++)
		c[i] = (struct contestant){ schemes[i].name, schemes[i].coordinate, s, false };
	measure_turns(c, SCHEMES + 1, ROUNDS, s->t > 64 ? 1 : 8, collect, collect_ratio);
	for (size_t i = 0; i < SCHEMES; i++)
		c[i].run = schemes[i].vote;
	measure_turns(c, SCHEMES, ROUNDS, s->t > 64 ? 1 : 8, vote, vote_ratio);
	for (size_t i = 0; i < SCHEMES; i++)
		print_row(i, s->t, collect[i], collect_ratio[i], vote[i], vote_ratio[i]);
	snprintf(name, sizeof(name), "frost.coordinate.%zu", s->t);
	measure_print(name, collect[3], "us", collect[3] / collect[SCHEMES], "one Ed25519 verification");
	wanted("frost.coordinate", s->t, collect[3] / collect[SCHEMES], "verifications", FROST_TIMES);
	wanted("frost.coordinate by the RFC", s->t, collect[4] / 1000, "ms", most_ms);
}

int main(void)
{
	static struct stage s;
	struct err e = { 0 };

	if (!prepare_plain(&s, &e)) {
		fprintf(stderr, "bench: no keys: %s\n", e.text);
		return 1;
	}
	fprintf(stderr, "%12s  %-15s %12s %12s %8s %8s %12s %7s\n", "", "scheme", "collects, us", "votes, us", "up", "down", "certificate",
		"visits");
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		prepare_shares(&s, sizes[i].t);
		if (!prepare_parts(&s, &e)) {
			fprintf(stderr, "bench: %s: %s\n", e.name, e.text);
			return 1;
		}
		compare(&s, sizes[i].ms);
	}
	for (size_t i = 0; i < 2; i++)
		sig_key_free(s.plain[i]);
	EVP_MD_CTX_free(s.rsa_context);
	EVP_PKEY_free(s.rsa);
	crypto_free(s.c);
	return 0;
}
