/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "peer/der.h"
#include "tests/peer/made.h"

/* A certificate taken apart: the seven fields of its TBSCertificate, then its extensions. One part is changed, left out, or followed by
 * another, and the CA signs what comes of it. */
enum { VERSION, SERIAL, ALG, ISSUER, VALIDITY, SUBJECT, SPKI, EXTENSION, PARTS_MAX = EXTENSION + 16 };
enum { SAN = EXTENSION, BASIC, USAGE, PURPOSE, SKI, AKI, MEMBERSHIP, LEAF_END, CA_BASIC = EXTENSION, CA_USAGE, CA_SKI, CA_AKI, CA_END };

struct parts {
	struct buf part[PARTS_MAX];
	size_t n;
};

static void take_apart(struct slice der, struct parts *out)
{
	struct der d = der_of(der), all, tbs, tagged, list;
	struct slice s;

	memset(out, 0, sizeof(*out));
	assert_true(der_enter(&d, DER_SEQUENCE, &all) && der_enter(&all, DER_SEQUENCE, &tbs));
	while (out->n < EXTENSION) {
		assert_true(der_element(&tbs, *tbs.p, &s));
		buf_add_slice(&out->part[out->n++], s);
	}
	assert_true(der_enter(&tbs, 0xa3, &tagged) && der_enter(&tagged, DER_SEQUENCE, &list));
	while (der_element(&list, DER_SEQUENCE, &s))
		buf_add_slice(&out->part[out->n++], s);
	assert_true(der_done(&list));
}

static void put_together(const struct made *m, const struct parts *parts, struct buf *der)
{
	size_t mark, tagged = 0, list = 0;
	struct buf tbs = { 0 };

	mark = der_open(&tbs, DER_SEQUENCE);
	for (size_t i = 0; i < parts->n; i++) {
		if (i == EXTENSION) {
			tagged = der_open(&tbs, 0xa3);
			list = der_open(&tbs, DER_SEQUENCE);
		}
		buf_add_slice(&tbs, buf_slice(&parts->part[i]));
	}
	if (parts->n > EXTENSION) {
		der_close(&tbs, list);
		der_close(&tbs, tagged);
	}
	der_close(&tbs, mark);
	made_seal(m, buf_slice(&tbs), der);
	buf_free(&tbs);
}

static void free_parts(struct parts *p)
{
	for (size_t i = 0; i < PARTS_MAX; i++)
		buf_free(&p->part[i]);
}

struct surgery {
	const char *what;
	size_t part;
	const char *text; /* instead of the part, as made_der has it; "": the part goes */
	enum cert_read want;
};

static enum cert_read operate(const struct made *m, struct slice der, bool is_ca, const struct surgery *s)
{
	struct buf changed = { 0 };
	enum cert_read got;
	struct parts p;

	take_apart(der, &p);
	p.part[s->part].n = 0;
	made_der(s->text, &p.part[s->part]);
	put_together(m, &p, &changed);
	/* what is wrong is what it says, not its form */
	assert_true(der_sound(buf_slice(&changed)));
	got = is_ca ? cert_parse_ca(buf_slice(&changed), &(struct ca_cert){ 0 })
		    : cert_parse_gmc(buf_slice(&changed), &(struct gmc_cert){ 0 });
	buf_free(&changed);
	free_parts(&p);
	return got;
}

#define TEN "'aaaaaaaaaa'"
#define CN(text) "30(31(30(06(550403)0c('" text "'))))"
#define OTHER_GENESIS CN("0123456789012345678901234567890123456789012345678901234567890123")
#define NODE "e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5"
#define SAN_OF(critical, names) "30(06(551d11)" critical "04(30(" names ")))"
#define URI(text) "86('" text "')"
#define MEMBER_OID "06(2a864886f71401be40937ae87183b819a67581903c82dc5a8386b05c86c1c34f)"

static const struct surgery on_gmc[] = {
	{ "v2", VERSION, "a0(02(01))", CERT_BROKEN },
	{ "no version", VERSION, "", CERT_BROKEN },
	{ "v4", VERSION, "a0(02(03))", CERT_BROKEN },
	{ "serial of 15 bytes", SERIAL, "02(40" TEN "'aaaa')", CERT_BROKEN },
	{ "serial of 17 bytes", SERIAL, "02(40" TEN "'aaaaaa')", CERT_BROKEN },
	{ "serial with a leading zero", SERIAL, "02(00c0" TEN "'aaaa')", CERT_BROKEN },
	{ "negative serial", SERIAL, "02(c0" TEN "'aaaaa')", CERT_BROKEN },
	{ "serial without its mark", SERIAL, "02(3f" TEN "'aaaaa')", CERT_BROKEN },
	{ "another serial", SERIAL, "02(40" TEN "'aaaaa')", CERT_OK },
	{ "another algorithm inside", ALG, "30(06(2a8648ce3d040302))", CERT_BROKEN },
	{ "algorithm with NULL", ALG, "30(06(2b6570)0500)", CERT_BROKEN },
	{ "empty issuer", ISSUER, "30()", CERT_BROKEN },
	{ "short issuer", ISSUER, CN("a1"), CERT_BROKEN },
	{ "another genesis", ISSUER, OTHER_GENESIS, CERT_BROKEN },
	{ "GeneralizedTime before 2050", VALIDITY, "30(18('20270101000000Z')17('280101000000Z'))", CERT_BROKEN },
	{ "ends before it begins", VALIDITY, "30(17('280101000001Z')17('280101000000Z'))", CERT_BROKEN },
	{ "one second", VALIDITY, "30(17('280101000000Z')17('280101000000Z'))", CERT_OK },
	{ "for ever", VALIDITY, "30(17('280101000000Z')18('99991231235959Z'))", CERT_OK },
	{ "three times", VALIDITY, "30(17('280101000000Z')17('280101000000Z')17('280101000000Z'))", CERT_BROKEN },
	{ "a name, and a critical SAN", SUBJECT, CN("Al"), CERT_BROKEN },
	{ "an organisation", SUBJECT, "30(31(30(06(55040a)0c('Al'))))", CERT_BROKEN },
	{ "no SPKI", SPKI, "", CERT_BROKEN },
	{ "X25519", SPKI, "30(30(06(2b656e))03(00" TEN TEN TEN "'aa'))", CERT_BROKEN },
	{ "a longer key", SPKI, "30(30(06(2b6570))03(00" TEN TEN TEN "'aaa'))", CERT_BROKEN },
	{ "issuerUniqueID", SPKI, "30(30(06(2b6570))03(00" TEN TEN TEN "'aa'))81(0007)", CERT_BROKEN },
	{ "both unique IDs", SPKI, "30(30(06(2b6570))03(00" TEN TEN TEN "'aa'))81(0007)82(0007)", CERT_BROKEN },
	{ "another key", SPKI, "30(30(06(2b6570))03(00" TEN TEN TEN "'aa'))", CERT_OK },

	{ "SAN as it is", SAN, SAN_OF("01(ff)", URI("reload://0110" NODE "@overlay.example.org")), CERT_OK },
	{ "no SAN", SAN, "", CERT_BROKEN },
	{ "SAN not critical", SAN, SAN_OF("", URI("reload://0110" NODE "@overlay.example.org")), CERT_BROKEN },
	{ "SAN critical FALSE", SAN, SAN_OF("01(00)", URI("reload://0110" NODE "@overlay.example.org")), CERT_BROKEN },
	{ "two URIs", SAN, SAN_OF("01(ff)", URI("reload://0110" NODE "@o") URI("reload://0110" NODE "@p")), CERT_BROKEN },
	{ "no name in it", SAN, SAN_OF("01(ff)", ""), CERT_BROKEN },
	{ "a DNS name", SAN, SAN_OF("01(ff)", "82('a.b')"), CERT_BROKEN },
	{ "a URI and a DNS name", SAN, SAN_OF("01(ff)", URI("reload://0110" NODE "@o") "82('a.b')"), CERT_BROKEN },
	{ "no overlay", SAN, SAN_OF("01(ff)", URI("reload://0110" NODE "@")), CERT_BROKEN },
	{ "no at sign", SAN, SAN_OF("01(ff)", URI("reload://0110" NODE "oo")), CERT_BROKEN },
	{ "another scheme", SAN, SAN_OF("01(ff)", URI("reloaf://0110" NODE "@o")), CERT_BROKEN },
	{ "another entry in the list", SAN, SAN_OF("01(ff)", URI("reload://0210" NODE "@o")), CERT_BROKEN },
	{ "a short node", SAN, SAN_OF("01(ff)", URI("reload://0110e5@overlay.example.org.and.its.friends")), CERT_BROKEN },
	{ "a node in capitals", SAN, SAN_OF("01(ff)", URI("reload://0110E5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5@o")), CERT_BROKEN },
	{ "something behind the SAN's names", SAN, "30(06(551d11)01(ff)04(30(" URI("reload://0110" NODE "@o") ")0500))", CERT_BROKEN },
	{ "something behind the SAN", SAN, "30(06(551d11)01(ff)04(30(" URI("reload://0110" NODE "@o") "))0500)", CERT_BROKEN },
	{ "basic constraints gone", BASIC, "", CERT_BROKEN },
	{ "basic constraints not critical", BASIC, "30(06(551d13)04(30()))", CERT_BROKEN },
	{ "CA:TRUE", BASIC, "30(06(551d13)01(ff)04(30(01(ff))))", CERT_BROKEN },
	{ "CA:FALSE in words", BASIC, "30(06(551d13)01(ff)04(30(01(00))))", CERT_BROKEN },
	{ "key usage gone", USAGE, "", CERT_BROKEN },
	{ "keyCertSign", USAGE, "30(06(551d0f)01(ff)04(03(0284)))", CERT_BROKEN },
	{ "key usage not critical", USAGE, "30(06(551d0f)04(03(0780)))", CERT_BROKEN },
	{ "purpose gone", PURPOSE, "", CERT_BROKEN },
	{ "one purpose", PURPOSE, "30(06(551d25)04(30(06(2b06010505070302))))", CERT_BROKEN },
	{ "purposes turned round", PURPOSE, "30(06(551d25)04(30(06(2b06010505070301)06(2b06010505070302))))", CERT_BROKEN },
	{ "purpose critical", PURPOSE, "30(06(551d25)01(ff)04(30(06(2b06010505070302)06(2b06010505070301))))", CERT_BROKEN },
	{ "SKI gone", SKI, "", CERT_BROKEN },
	{ "short SKI", SKI, "30(06(551d0e)04(04(" TEN "'aaaaaaaaa')))", CERT_BROKEN },
	{ "another SKI", SKI, "30(06(551d0e)04(04(" TEN TEN ")))", CERT_OK },
	{ "AKI gone", AKI, "", CERT_BROKEN },
	{ "AKI by issuer", AKI, "30(06(551d23)04(30(81(" TEN TEN "))))", CERT_BROKEN },
	{ "another AKI", AKI, "30(06(551d23)04(30(80(" TEN TEN "))))", CERT_OK },
	{ "no membership", MEMBERSHIP, "", CERT_FOREIGN },
	{ "version 2", MEMBERSHIP, "30(" MEMBER_OID "04(30(02(02))))", CERT_VERSION },
	{ "version 2, and critical", MEMBERSHIP, "30(" MEMBER_OID "01(ff)04(30(02(02)04('more'))))", CERT_VERSION },
	{ "version 0", MEMBERSHIP, "30(" MEMBER_OID "04(30(02(00))))", CERT_BROKEN },
	{ "negative version", MEMBERSHIP, "30(" MEMBER_OID "04(30(02(ff))))", CERT_BROKEN },
	{ "version 1 that says nothing", MEMBERSHIP, "30(" MEMBER_OID "04(30(02(01))))", CERT_BROKEN },
	{ "membership without a version", MEMBERSHIP, "30(" MEMBER_OID "04(30()))", CERT_BROKEN },
	{ "membership that is a text", MEMBERSHIP, "30(" MEMBER_OID "04(0c('yes')))", CERT_BROKEN },
};

static void one_thing_wrong_at_a_time(void **state)
{
	struct made m;

	(void)state;
	made_new(&m, SIG_ED25519, SIG_ED25519, NULL);
	for (size_t i = 0; i < sizeof(on_gmc) / sizeof(on_gmc[0]); i++) {
		enum cert_read got = operate(&m, buf_slice(&m.gmc), false, &on_gmc[i]);

		if (got != on_gmc[i].want)
			fail_msg("%s: %d, not %d", on_gmc[i].what, got, on_gmc[i].want);
	}
	made_free(&m);
}

/* The URI, the subject and the membership in variations that the builder can write. */
static enum cert_read built(const struct made *m)
{
	struct buf tbs = { 0 }, der = { 0 };
	struct gmc_cert g;
	enum cert_read got;

	assert_true(profile_gmc(&m->f, &tbs));
	made_seal(m, buf_slice(&tbs), &der);
	got = cert_parse_gmc(buf_slice(&der), &g);
	buf_free(&tbs);
	buf_free(&der);
	return got;
}

static void overlays_names_and_origins(void **state)
{
	static const char *const bad_overlays[] = { "", "Overlay.example.org", "a b", "a@b", "a/b", "a_b", "a:1", "\xc3\xab" };
	static const char *const bad_names[] = { "\xff", "a\nb",
		"a\xe2\x80\xae"
		"b",
		"\xe2\x80\x8b" };
	char longest[PROFILE_OVERLAY_MAX + 2], name[PROFILE_NAME_MAX + 2];
	struct made m;

	(void)state;
	made_new(&m, SIG_ED25519, SIG_ED25519, NULL);
	assert_int_equal(built(&m), CERT_OK);
	memset(longest, 'a', sizeof(longest));
	longest[PROFILE_OVERLAY_MAX + 1] = '\0';
	m.f.overlay = longest;
	assert_int_equal(built(&m), CERT_BROKEN);
	m.f.overlay = longest + 1;
	assert_int_equal(built(&m), CERT_OK);
	for (size_t i = 0; i < sizeof(bad_overlays) / sizeof(bad_overlays[0]); i++) {
		m.f.overlay = bad_overlays[i];
		assert_int_equal(built(&m), CERT_BROKEN);
	}
	m.f.overlay = "o";
	memset(name, 'n', sizeof(name));
	name[PROFILE_NAME_MAX + 1] = '\0';
	m.f.name = name;
	assert_int_equal(built(&m), CERT_BROKEN);
	m.f.name = name + 1;
	assert_int_equal(built(&m), CERT_OK);
	for (size_t i = 0; i < sizeof(bad_names) / sizeof(bad_names[0]); i++) {
		m.f.name = bad_names[i];
		assert_int_equal(built(&m), CERT_BROKEN);
	}
	m.f.name = NULL;
	for (int origin = ORIGIN_FOUNDING; origin <= ORIGIN_RECOVERY + 1; origin++) {
		m.f.origin = (enum origin)origin;
		m.f.decision = m.f.genesis;
		assert_int_equal(built(&m), origin > ORIGIN_RECOVERY ? CERT_BROKEN : CERT_OK);
		m.f.decision = m.f.charter;
		assert_int_equal(built(&m), origin == ORIGIN_FOUNDING || origin > ORIGIN_RECOVERY ? CERT_BROKEN : CERT_OK);
	}
	made_free(&m);
}

/* A byte of the membership that changes: only where its fields lie, its genesis excepted, does it stay a membership. */
static void membership_is_exact(void **state)
{
	struct buf der = { 0 };
	struct gmc_cert g;
	struct parts p;
	struct made m;

	(void)state;
	made_new(&m, SIG_ED25519, SIG_ED25519, NULL);
	take_apart(buf_slice(&m.gmc), &p);
	assert_int_equal(p.n, LEAF_END);
	assert_int_equal(p.part[MEMBERSHIP].n, 168);
	for (size_t i = 0; i < 168; i++) {
		bool field = i == 47 || (i >= 84 && i <= 115) || (i >= 118 && i <= 149) || i >= 152;

		p.part[MEMBERSHIP].p[i] ^= 2;
		put_together(&m, &p, &der);
		if ((cert_parse_gmc(buf_slice(&der), &g) == CERT_OK) != field)
			fail_msg("byte %zu", i);
		buf_free(&der);
		p.part[MEMBERSHIP].p[i] ^= 2;
	}
	free_parts(&p);
	made_free(&m);
}

static enum cert_read with_extras(const struct made *m, size_t at, const char *const *texts, size_t n)
{
	struct buf der = { 0 };
	enum cert_read got;
	struct gmc_cert g;
	struct parts p;

	take_apart(buf_slice(&m->gmc), &p);
	for (size_t i = 0; i < n; i++) {
		memmove(&p.part[at + 1], &p.part[at], (p.n++ - at) * sizeof(p.part[0]));
		p.part[at] = (struct buf){ 0 };
		made_der(texts[i], &p.part[at]);
	}
	put_together(m, &p, &der);
	got = cert_parse_gmc(buf_slice(&der), &g);
	buf_free(&der);
	free_parts(&p);
	return got;
}

static enum cert_read with_extra(const struct made *m, size_t at, const char *text)
{
	return with_extras(m, at, &text, 1);
}

/* Unknown extensions are passed over where the profile leaves room, unless they are critical, known after all, twice there or too many. */
static void room_for_other_extensions(void **state)
{
	static const char own[] = "30(06(2a0304)04(07))";
	const char *const many[] = { own, "30(06(2a0305)04(07))", "30(06(2a0306)04(07))", "30(06(2a0307)04(07))", "30(06(2a0308)04(07))" };
	const char *const twice[] = { own, many[1], own };
	struct made m;

	(void)state;
	made_new(&m, SIG_ED25519, SIG_ED25519, NULL);
	assert_int_equal(with_extra(&m, MEMBERSHIP, own), CERT_OK);
	assert_int_equal(with_extra(&m, MEMBERSHIP, "30(06(551d1f)04(0500))"), CERT_OK);
	assert_int_equal(with_extras(&m, MEMBERSHIP, many, 4), CERT_OK);
	assert_int_equal(with_extras(&m, MEMBERSHIP, many, 5), CERT_BROKEN);
	assert_int_equal(with_extras(&m, MEMBERSHIP, twice, 3), CERT_BROKEN);
	for (size_t at = SAN; at <= LEAF_END; at++)
		assert_int_equal(with_extra(&m, at, own), at == MEMBERSHIP ? CERT_OK : CERT_BROKEN);
	assert_int_equal(with_extra(&m, MEMBERSHIP, "30(06(2a0304)01(ff)04(07))"), CERT_BROKEN);
	assert_int_equal(with_extra(&m, MEMBERSHIP, "30(06(2a0304)01(00)04(07))"), CERT_BROKEN);
	assert_int_equal(with_extra(&m, MEMBERSHIP, "30(06(2a0304)04(07)0500)"), CERT_BROKEN);
	assert_int_equal(with_extra(&m, MEMBERSHIP, "30(06()04(07))"), CERT_BROKEN);
	assert_int_equal(with_extra(&m, MEMBERSHIP, "30(06(2a0304))"), CERT_BROKEN);
	assert_int_equal(with_extra(&m, MEMBERSHIP, "04()"), CERT_BROKEN);
	made_free(&m);
}

static void known_extensions_stand_once(void **state)
{
	static const char *const oids[] = { "551d11", "551d13", "551d0f", "551d25", "551d0e", "551d23",
		"2a864886f71401be40937ae87183b819a67581903c82dc5a8386b05c86c1c34f" };
	char text[100];
	struct made m;

	(void)state;
	made_new(&m, SIG_ED25519, SIG_ED25519, NULL);
	for (size_t i = 0; i < sizeof(oids) / sizeof(oids[0]); i++) {
		snprintf(text, sizeof(text), "30(06(%s)04(0500))", oids[i]);
		assert_int_equal(with_extra(&m, MEMBERSHIP, text), CERT_BROKEN);
	}
	made_free(&m);
}

static void order_is_fixed(void **state)
{
	struct buf der = { 0 };
	struct gmc_cert g;
	struct parts p;
	struct made m;

	(void)state;
	made_new(&m, SIG_P256, SIG_P256, "Ada");
	take_apart(buf_slice(&m.gmc), &p);
	for (size_t i = EXTENSION; i + 1 < LEAF_END; i++) {
		struct buf t = p.part[i];

		p.part[i] = p.part[i + 1];
		p.part[i + 1] = t;
		put_together(&m, &p, &der);
		assert_int_equal(cert_parse_gmc(buf_slice(&der), &g), CERT_BROKEN);
		buf_free(&der);
		p.part[i + 1] = p.part[i];
		p.part[i] = t;
	}
	put_together(&m, &p, &der);
	assert_int_equal(cert_parse_gmc(buf_slice(&der), &g), CERT_OK);
	buf_free(&der);
	free_parts(&p);
	made_free(&m);
}

static void a_wrong_ski_is_not_believed(void **state)
{
	struct buf der = { 0 };
	struct gmc_cert g;
	struct ca_cert ca;
	struct parts p;
	struct made m;

	(void)state;
	made_new(&m, SIG_ED25519, SIG_ED25519, NULL);
	take_apart(buf_slice(&m.gmc), &p);
	p.part[SKI].p[20] ^= 1;
	put_together(&m, &p, &der);
	assert_int_equal(cert_parse_ca(buf_slice(&m.ca), &ca), CERT_OK);
	assert_int_equal(cert_parse_gmc(buf_slice(&der), &g), CERT_OK);
	assert_false(cert_verify(m.c, &g, &ca, NULL));
	buf_free(&der);
	free_parts(&p);
	made_free(&m);
}

static const struct surgery on_ca[] = {
	{ "v1", VERSION, "", CERT_FOREIGN },
	{ "serial", SERIAL, "02(40" TEN "'aaaaa')", CERT_FOREIGN },
	{ "algorithm", ALG, "30(06(2a8648ce3d040302))", CERT_FOREIGN },
	{ "issuer", ISSUER, CN("a1"), CERT_FOREIGN },
	{ "issuer's genesis", ISSUER, OTHER_GENESIS, CERT_FOREIGN },
	{ "subject", SUBJECT, CN("a1"), CERT_FOREIGN },
	{ "subject's genesis", SUBJECT, OTHER_GENESIS, CERT_FOREIGN },
	{ "key", SPKI, "30(30(06(2b6570))03(00" TEN TEN TEN "'aa'))", CERT_FOREIGN },
	{ "validity", VALIDITY, "30(17('280101000000Z')17('280101000000Z'))", CERT_OK },
	{ "ends before it begins", VALIDITY, "30(17('280101000001Z')17('280101000000Z'))", CERT_FOREIGN },
	{ "CA:FALSE", CA_BASIC, "30(06(551d13)01(ff)04(30()))", CERT_FOREIGN },
	{ "no path length", CA_BASIC, "30(06(551d13)01(ff)04(30(01(ff))))", CERT_FOREIGN },
	{ "path length 1", CA_BASIC, "30(06(551d13)01(ff)04(30(01(ff)02(01))))", CERT_FOREIGN },
	{ "as it is", CA_BASIC, "30(06(551d13)01(ff)04(30(01(ff)02(00))))", CERT_OK },
	{ "constraints not critical", CA_BASIC, "30(06(551d13)04(30(01(ff)02(00))))", CERT_FOREIGN },
	{ "keyCertSign alone", CA_USAGE, "30(06(551d0f)01(ff)04(03(0204)))", CERT_FOREIGN },
	{ "usage gone", CA_USAGE, "", CERT_FOREIGN },
	{ "SKI", CA_SKI, "30(06(551d0e)04(04(" TEN TEN ")))", CERT_FOREIGN },
	{ "AKI", CA_AKI, "30(06(551d23)04(30(80(" TEN TEN "))))", CERT_FOREIGN },
	{ "AKI gone", CA_AKI, "", CERT_FOREIGN },
	{ "one more", CA_AKI, "30(06(2a0304)04(07))", CERT_FOREIGN },
	{ "a membership", CA_AKI, "30(" MEMBER_OID "04(30(02(01))))", CERT_BROKEN },
};

static void a_ca_is_exact_too(void **state)
{
	struct parts p;
	struct made m;

	(void)state;
	made_new(&m, SIG_ED25519, SIG_ED25519, NULL);
	take_apart(buf_slice(&m.ca), &p);
	assert_int_equal(p.n, CA_END);
	free_parts(&p);
	for (size_t i = 0; i < sizeof(on_ca) / sizeof(on_ca[0]); i++) {
		enum cert_read got = operate(&m, buf_slice(&m.ca), true, &on_ca[i]);

		if (got != on_ca[i].want)
			fail_msg("%s: %d, not %d", on_ca[i].what, got, on_ca[i].want);
	}
	made_free(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_thing_wrong_at_a_time),
		cmocka_unit_test(overlays_names_and_origins),
		cmocka_unit_test(membership_is_exact),
		cmocka_unit_test(room_for_other_extensions),
		cmocka_unit_test(known_extensions_stand_once),
		cmocka_unit_test(order_is_fixed),
		cmocka_unit_test(a_wrong_ski_is_not_believed),
		cmocka_unit_test(a_ca_is_exact_too),
	};

	return cmocka_run_group_tests_name("cert_profile", tests, NULL, NULL);
}
