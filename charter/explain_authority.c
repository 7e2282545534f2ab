/* SPDX-License-Identifier: ISC
 * What a charter says of its authority: where it is, and until when its keys are good. */
#include "base/time.h"
#include "charter/explain.h"

static void say_addresses(const struct charter *c, struct buf *out)
{
	const size_t n = c->authority.addresses_n;

	buf_add_str(out, n == 0 ? "The charter says nowhere where the authority is found." : "It is found at ");
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%s%s", c->authority.addresses[i].url, i + 1 == n ? "." : i + 2 == n ? " and " : ", ");
}

/* " 2 notary keys, the last until 2030-01-01T00:00:00Z". */
static void say_keys(const char *between, size_t n, const char *what, int64_t until, struct buf *out)
{
	char when[TIME_TEXT];

	time_text(until, when);
	if (n == 0)
		buf_printf(out, "%sno %s key", between, what);
	else
		buf_printf(out, "%s%zu %s key%s, %suntil %s", between, n, what, n == 1 ? "" : "s", n == 1 ? "" : "the last ", when);
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

void explain_authority(const struct charter *c, uint32_t n, struct buf *out)
{
	int64_t notary = 0, issuing = 0, revocation = 0;

	(void)n;
	for (size_t i = 0; i < c->authority.notaries_n; i++)
		notary = later(notary, c->authority.notaries[i].until);
	for (size_t i = 0; i < c->authority.issuing_n; i++)
		issuing = later(issuing, c->authority.issuing[i].until);
	for (size_t i = 0; i < c->authority.revocation_n; i++)
		revocation = later(revocation, c->authority.revocation[i].until);
	say_addresses(c, out);
	say_keys(" It has ", c->authority.notaries_n, "notary", notary, out);
	say_keys("; ", c->authority.issuing_n, "issuing", issuing, out);
	say_keys("; ", c->authority.revocation_n, "revocation", revocation, out);
	buf_add_str(out, ".");
}
