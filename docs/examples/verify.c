/* SPDX-License-Identifier: ISC
 * Says whether a certificate (DER, on standard input) makes its holder a member of the group, now.
 * cc -std=c17 -o verify verify.c $(pkg-config --cflags --libs libgmc) && ./verify trust.json <member.der */
#include <gmc.h>
#include <stdio.h>
#include <time.h>

int main(int argc, char **argv)
{
	unsigned char der[4096];
	char why[256] = "usage: verify TRUST.json <CERTIFICATE.der";
	struct gmc_result r = { .verdict = GMC_CANNOT_TELL };
	struct gmc *g = gmc_new();
	struct gmc_trust *t = g != NULL && argc == 2 ? gmc_trust_load(g, argv[1], why, sizeof(why)) : NULL;

	if (t != NULL)
		gmc_verify(g, t, der, fread(der, 1, sizeof(der), stdin), time(NULL), &r);
	printf("%s: %s\n", t != NULL ? gmc_verdict_text(r.verdict) : "no answer", t != NULL ? r.text : why);
	gmc_trust_free(t);
	gmc_free(g);
	return t != NULL ? (int)r.verdict : 2;
}
