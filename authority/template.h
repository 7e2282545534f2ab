/* SPDX-License-Identifier: ISC
 * First charters out of a few templates, for groups that need no text of their own. */
#ifndef AUTHORITY_TEMPLATE_H
#define AUTHORITY_TEMPLATE_H

#include <jansson.h>

#include "base/sig.h"
#include "charter/charter.h"

struct template
{
	const char *name, *help;
};
/* Row i of the table, NULL past its end. */
const struct template *template_at(size_t i);

struct template_person {
	char name[CHARTER_NAME_MAX + 1];
	struct sig_pub key;
};
struct template_founder {
	char name[CHARTER_NAME_MAX + 1];
	struct buf csr; /* DER, owned by whoever filled it */
};
/* Everything that a template does not say itself. Strings are borrowed; "" where there is none. */
struct template_input {
	const char *template, *group, *purpose, *url, *overlay;
	bool names; /* certificates carry members' names */
	int64_t now, term, life;
	struct sig_pub notary, issuing, revocation;
	uint32_t threshold; /* of administrators; 0: more than half of them */
	uint32_t signers;   /* members who sign together; 0: the signer holds the issuing key */
	struct template_founder founders[CHARTER_FOUNDERS_MAX];
	size_t founders_n;
	struct template_person administrators[CHARTER_ADMINISTRATORS_MAX];
	size_t administrators_n;
	struct template_person operators[CHARTER_OPERATORS_MAX]; /* none, where the template needs one: the administrators */
	size_t operators_n;
	struct template_person allowed[REQ_LIST_MAX]; /* of the template `list` */
	size_t allowed_n;
};
/* The payload of charter 1: members are drawn here. NULL with e: "unknown_template", "no_memory". Whether it is a valid charter,
 * charter_parse tells. */
json_t *template_charter(const struct template_input *in, struct err *e);

#endif
