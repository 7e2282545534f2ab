/* SPDX-License-Identifier: ISC
 * Certificates in the store. intend.c puts them in, publish.c brings them out. */
#ifndef AUTHORITY_STORE_CERTIFICATE_H
#define AUTHORITY_STORE_CERTIFICATE_H

#include "authority/store.h"

/* SQL: is the member of the certificate in this row gone, or its key? Each is looked up by its own key. */
#define STORE_CERTIFICATE_GONE(c) \
	"((SELECT ended IS NOT NULL FROM members WHERE g = " c ".g AND member = " c ".member)" \
	" OR (SELECT dead IS NOT NULL FROM member_keys WHERE g = " c ".g AND key = " c ".key))"
/* SQL: what the members signed for it, where they hold its issuing key; NULL: nothing yet. */
#define STORE_CERTIFICATE_SIGNED(c) \
	"(SELECT i.signature FROM ceremony_items i WHERE i.g = " c ".g AND i.subject = " c ".cause AND i.signature IS NOT NULL LIMIT 1)"

/* The member that a certificate was intended for; "not_found". */
bool store_certificate_member(struct worker *w, int32_t g, const struct id16 *serial, struct id16 *member, struct err *e);
/* How many certificates a member was given since then. */
bool store_certificate_since(struct worker *w, int32_t g, const struct id16 *member, int64_t since, uint64_t *n, struct err *e);
/* Groups with certificates that are intended and can be published, or never can be: not those that wait for the members' signature. */
bool store_certificate_groups(struct worker *w, store_found *found, void *arg, struct err *e);

#endif
