/* SPDX-License-Identifier: ISC
 * Services that say whether a person solved their puzzle: the table of those that are known, all of which speak the siteverify protocol,
 * and the one that the operator set up here. */
#ifndef AUTHORITY_PROVIDERS_H
#define AUTHORITY_PROVIDERS_H

#include "authority/settings.h"

enum { PROVIDER_LABEL = 64, PROVIDER_SECRET = 256 };

/* What is the same for everybody who uses the service. */
struct provider_row {
	const char *name;
	const char *url; /* where tokens are verified; NULL: the operator says */
	bool binds;      /* it signs what the page gave as cdata: the thumbprint of the applicant's key, as thumb_text has it */
};
/* NULL: there is none of this name. */
const struct provider_row *provider_row(const char *name);

/* Set up, not changed after start; shared by all workers. */
struct provider {
	const struct provider_row *row;
	char label[PROVIDER_LABEL]; /* what charters call it */
	char url[SETTING_TEXT];
	char secret[PROVIDER_SECRET];
	char hostname[SETTING_TEXT]; /* of the page on which tokens are won */
	char action[SETTING_TEXT];   /* empty: not compared */
	bool allow_private;          /* addresses that the public network does not route, and plain HTTP to this host itself */
	long timeout;                /* milliseconds, for all of one question */
};

/* Do the settings of section [external] go together? Opens no file. "config_bad_value". */
bool provider_check(const struct settings *s, struct err *e);
/* Sets up what passed provider_check: *out is to be freed with provider_free, and NULL where no provider is set. keyfile_passphrase's
 * errors, for the secret's file; "config_bad_value", "no_memory". */
bool provider_open(const struct settings *s, struct provider **out, struct err *e);
void provider_free(struct provider *p); /* wipes the secret */

/* Is this what the charter calls `label`? p NULL: none is set up. "provider_unknown". */
bool provider_is(const struct provider *p, const char *label, struct err *e);

#endif
