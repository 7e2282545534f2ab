/* SPDX-License-Identifier: ISC
 * Corpora of texts that need no keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

#include "authority/terms.h"
#include "base/merkle_tree.h"
#include "tests/fuzz/make.h"

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

static const char *const json[] = { "{}", "[]", "{\"a\":[{\"b\":1},null,true,false,\"\\u00e9\\n\"]}", "[-1,0,9007199254740991]",
	"{\"a\":1,\"a\":2}", "[1.0]", "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]", "{\"\\ud83d\\ude00\":\"\xf0\x9f\x98\x80\"}", "[\"\xc3(\"]",
	" { \"a\" : [ ] } ", "[\"\\u0000\"]", "[1e3]" };
static const char *const requirements[] = { "{\"votes\":{\"count\":2}}",
	"{\"votes\":{\"fraction\":\"2/3\",\"minimum\":2,\"veto\":1,\"base\":\"cast\"}}",
	"{\"all\":[{\"votes\":{\"fraction\":\"1/2\"}},{\"authority\":{\"k\":1}}]}",
	"{\"any\":[{\"list\":{\"keys\":[]}},{\"at_least\":{\"k\":1,\"of\":[{\"votes\":{\"count\":1}},{\"authority\":{\"k\":2}}]}}]}",
	"{\"votes\":{\"count\":1,\"of\":[\"00000000000000000000000000000000\",\"01000000000000000000000000000000\"]}}",
	"{\"vouches\":{\"count\":2,\"age\":1,\"budget\":2,\"window\":3,\"expiry\":4,\"reason\":true}}",
	"{\"captcha\":{\"kinds\":[\"graphic\",\"audio\"]}}", "{\"work\":{\"effort\":20}}", "{\"external\":{\"provider\":\"mail\"}}",
	"{\"invitation\":{\"life\":60,\"draw\":2,\"observers\":3,\"inviters\":\"members\"}}",
	"{\"votes\":{\"count\":4,\"nearest\":3,\"opposite\":3}}" };
static const char *const scenarios[] = { "{}", "{\"name\":\"two of three\",\"members\":3,\"yes\":2,\"no\":1,\"expect\":\"yes\"}",
	"{\"question\":\"expel\",\"members\":9,\"new\":2,\"yes\":3,\"abstain\":1,\"approvals\":0,\"closed\":true}",
	"{\"members\":5,\"votes\":[{\"by\":1,\"choice\":\"yes\"},{\"by\":\"02000000000000000000000000000000\",\"choice\":\"no\",\"at\":7}],"
	"\"now\":9}",
	"{\"members\":2,\"votes\":[{\"by\":1,\"choice\":\"no\"},{\"by\":1,\"choice\":\"yes\",\"at\":99}],\"closed\":true}",
	"{\"members\":4,\"vouches\":2,\"challenges\":[{\"work\":20,\"at\":3}],\"now\":4}",
	"{\"members\":4,\"vouches\":[{\"by\":1,\"reason\":true},{\"by\":4,\"at\":9,\"age\":60,\"live\":3,\"reason\":true}],\"now\":20,"
	"\"challenges\":[{\"external\":\"mail\"},{\"captcha\":\"audio\"}]}",
	"{\"members\":9,\"new\":1,\"nearest\":[8,\"01000000000000000000000000000000\",3],\"opposite\":[4,5,6],\"yes\":6}",
	"{\"invited\":true,\"approvals\":[{\"by\":1,\"choice\":\"yes\",\"at\":1}],\"listed\":false,\"now\":1}", "{\"question\":\"amend\"}",
	"{\"members\":100000,\"yes\":99999,\"now\":100}", "{\"members\":1000000}",
	"{\"members\":3,\"votes\":[{\"by\":4,\"choice\":\"yes\"}]}" };
static const char *const queries[] = { "a=1&b=2", "a=%20+x&b=", "a=1&a=2", "a=%zz", "a=%c3%a9", "a=\xc3\xa9&c", "=x", "a=%00" };
static const char *const links[] = { "http://127.0.0.1:8080/g/demo#sha256:", "https://example.org/pre/fix/g/a-b#sha256:",
	"https://[::1]:443/g/x#sha256:", "https://u:p@h/g/x#sha256:", "http://h/g/#sha256:", "http://h/x#sha256:" };
static const char *const confs[] = { "[main]\nname = x\nnumber = 12 ; remark\n", "[other]\nwait = 1h\nsize = 64k\non = yes\n",
	"[main]\nname = x\nname = y\n", "[none]\na = b\n", "[main]\nnumber = 1000\n", "; nothing\n\n[other]\non = maybe\n" };
static const char *const heads[] = { "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
	"POST /v1/groups/demo/applications HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\nContent-Type: application/json\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET / HTTP/1.1\nHost: a\n\n", "GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n", "GET / HTTP/1.0\r\n\r\n", "GET /?q=1 HTTP/1.1\r\nHo st: a\r\n\r\n" };
static const char form_post[] =
	"POST /v1/groups/demo/applications?wait=1 HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n"
	"a=1&b=%C3%A9+x&a=2%0d%0a";
static const char *const requests[] = { "GET /v1/groups/demo/log?from=0&n=10 HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\n\r\n",
	"GET /v1/groups/d%C3%A9mo/proposals/1?a=%zz HTTP/1.1\r\nIf-None-Match: \"x\"\r\n\r\n", form_post,
	"HEAD /g/demo HTTP/1.1\r\naccept: a\r\nACCEPT: b\r\nPrefer: wait=1\r\nprefer: x\r\n\r\n",
	"DELETE /v1/groups/%2e%2e HTTP/1.1\r\nCookie: a\r\nCookie: b\r\n\r\n",
	"POST /v1/groups/demo/proposals/1/votes HTTP/1.1\r\nContent-Type: application/jose+json; charset=utf-8\r\nIdempotency-Key: "
	"1\r\n\r\n{}" };
/* fuzz_altcha.c tells of what keys; the second is cheaper than what we set, the third counts further than it was counted. */
#define WORK(memory, counter) \
	"{\"challenge\":{\"parameters\":{\"algorithm\":\"ARGON2ID\",\"cost\":1,\"data\":{" \
	"\"counterSignature\":\"e0212edda842256081c923248b6a24f9b7e354bfbd1860de059583cd79935a54\",\"terms\":\"AQQ-terms_of-this\"}," \
	"\"expiresAt\":1800000000,\"keyLength\":32,\"keyPrefix\":\"6c65adc01f21e309e28c0faa1b95bae1\"," \
	"\"keySignature\":\"86dd5e0c303fbe241d82b4f35c4286ab771465905a85e4019ce0b4fd03327c7f\",\"memoryCost\":" memory "," \
	"\"nonce\":\"708d8ad5a3828e93420814af13a4d8ba\",\"parallelism\":1,\"salt\":\"e77e57c87afb77fc2abf3798b56cc5e5\"}," \
	"\"signature\":\"4bb486a9b0f430c9ae6f7dc9a7cb8285c6f7f8a1984b004c3b5afef9b2d9e94e\"},\"solution\":{\"counter\":" counter "," \
	"\"derivedKey\":\"6c65adc01f21e309e28c0faa1b95bae1d433740e1a1405e4f3192670c27920ee\",\"time\":41.7}}"
static const char *const solutions[] = { WORK("8192", "5"), WORK("1024", "5"), WORK("8192", "4294967295"),
	"{\"challenge\":{},\"solution\":{}}", "e30=", "eyJjaGFsbGVuZ2UiOjEsInNvbHV0aW9uIjoyfQ==" };
/* fuzz_external.c tells for what host, action, key and time. */
#define WORD(rest) "{\"success\":true,\"hostname\":\"groups.example\"," rest "}"
static const char *const words[] = { WORD("\"challenge_ts\":\"2027-01-15T07:59:00.123Z\",\"action\":\"join\",\"error-codes\":[]"),
	WORD("\"challenge_ts\":\"2027-01-15T08:00:00+00:00\",\"cdata\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\""),
	WORD("\"action\":\"join\",\"cdata\":\"\",\"challenge_ts\":null"), WORD("\"challenge_ts\":\"2027-01-15T07:00:00Z\""),
	"{\"success\":false,\"error-codes\":[\"timeout-or-duplicate\",\"<b>\",7]}", "{\"success\":1}", "[]" };
static const char *const homes[] = { "{\"format\":1}",
	"{\"format\":1,\"link\":\"http://127.0.0.1:8080/g/demo#sha256:" ZEROS "\",\"name\":\"Dee\"}",
	"{\"format\":1,\"key\":\"/some/where/key.pem\",\"application\":\"sha256:" ZEROS
	"\",\"member\":\"01000000000000000000000000000000\"}",
	"{\"format\":2}", "{\"format\":1,\"name\":\"\"}", "{\"format\":1,\"other\":1}" };
static const char *const frames[] = { "{\"op\":\"hello\",\"v\":1,\"genesis\":\"sha256:" ZEROS "\"}",
	"{\"op\":\"extend\",\"genesis\":\"sha256:" ZEROS "\",\"from\":0,\"items\":[{\"entry\":\"e30\"}]}",
	"{\"op\":\"certify\",\"genesis\":\"sha256:" ZEROS "\",\"causes\":[\"sha256:" ZEROS "\"]}",
	"{\"op\":\"lists\",\"genesis\":\"sha256:" ZEROS "\"}", "{\"op\":\"authority\",\"genesis\":\"sha256:" ZEROS "\"}",
	"{\"op\":\"sign\"}", "{\"op\":\"create\",\"alg\":\"RSA\"}", "{\"op\":\"create\",\"alg\":\"P-256\",\"genesis\":1}",
	"{\"op\":\"issuers\",\"genesis\":\"sha256:" ZEROS "\",\"issuing\":[\"sha256:" ZEROS "\"]}" };

static void each(const char *target, const char *const *texts, size_t n)
{
	char name[24];

	for (size_t i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "%02zu", i);
		put_text(target, name, texts[i]);
	}
}
#define EACH(target, list) each(target, list, sizeof(list) / sizeof((list)[0]))

/* As fuzz_merkle.c reads them: a row of leaves of a tree and one more at its end, with their proof, or without its last node. */
static void make_proof(uint64_t size, uint64_t first, uint64_t n, bool whole)
{
	struct merkle_tree t = { 0 };
	struct buf out = { 0 };
	uint64_t set[256];
	char name[32];

	for (uint64_t i = 0; i < size; i++) {
		uint8_t data[2] = { (uint8_t)(i >> 8), (uint8_t)i };
		struct digest leaf;

		merkle_leaf(slice_of(data, 2), &leaf);
		assert_true(merkle_tree_append(&t, &leaf, NULL));
	}
	for (uint64_t i = 0; i < n; i++)
		set[i] = first + i;
	if (first + n < size)
		set[n++] = size - 1;
	buf_add_u64(&out, size);
	buf_add_u8(&out, (uint8_t)n);
	for (uint64_t i = 0; i < n; i++)
		buf_add_u64(&out, set[i]);
	assert_true(merkle_tree_set(&t, set, n, size, &out, NULL));
	snprintf(name, sizeof(name), "%d-%d-%d-%s", (int)size, (int)first, (int)n, whole ? "whole" : "short");
	put("merkle", name, slice_of(out.p, whole ? out.n : out.n - 1));
	buf_free(&out);
	merkle_tree_free(&t);
}

static void make_proofs(void)
{
	for (uint64_t size = 1; size <= 300; size = size * 5 / 2 + 1)
		for (uint64_t i = 0; i < 3; i++)
			make_proof(size, i * size / 3, size / 5 + 1 < size - i * size / 3 ? size / 5 + 1 : 1, i != 1);
}

/* fuzz_terms.c tells of what key. */
static void make_terms(void)
{
	static const char *const names[PUZZLE_KINDS] = { "ticket", "graphic", "logic", "audio", "work", "external" };
	const uint8_t key[TERMS_KEY] = { 1 };
	char text[TERMS_TEXT];

	for (int k = 0; k < PUZZLE_KINDS; k++) {
		struct terms t = {
			.kind = (enum puzzle_kind)k, .secret = 7, .effort = 8192 * k, .iat = 1, .until = 1801, .origin = "a.example:80"
		};

		snprintf(t.label, sizeof(t.label), "%s", k == PUZZLE_EXTERNAL ? "mail" : "");
		terms_write(&t, key, text);
		put_text("terms", names[k], text);
	}
}

void make_texts(void)
{
	char name[16], text[1024];

	make_proofs();
	make_terms();
	EACH("json", json);
	EACH("scenario", scenarios);
	EACH("form", queries);
	EACH("conf", confs);
	EACH("guard", heads);
	EACH("query", requests);
	EACH("home", homes);
	EACH("altcha", solutions);
	EACH("external", words);
	EACH("signing", frames);
	for (size_t i = 0; i < sizeof(requirements) / sizeof(requirements[0]); i++) {
		snprintf(name, sizeof(name), "%02zu", i);
		snprintf(text, sizeof(text),
			"{\"requirement\":%s,\"n\":%zu,\"yes\":%zu,\"no\":%zu,\"abstain\":0,\"vouches\":3,\"near\":4,\"met\":true,\"change\":%s}",
			requirements[i], i + 1, i % 4, i % 2, i % 3 == 0 ? "true" : "false");
		put_text("requirement", name, text);
	}
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		snprintf(name, sizeof(name), "%02zu", i);
		snprintf(text, sizeof(text), "%s" ZEROS, links[i]);
		put_text("link", name, text);
	}
}
