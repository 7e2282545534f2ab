/* SPDX-License-Identifier: ISC
 * Certificates in the store. intend.c puts them in, publish.c brings them out. */
#ifndef AUTHORITY_STORE_CERTIFICATE_H
#define AUTHORITY_STORE_CERTIFICATE_H

#include "authority/store.h"

/* The member that a certificate was intended for; "not_found". */
bool store_certificate_member(struct worker *w, int32_t g, const struct id16 *serial, struct id16 *member, struct err *e);
/* How many certificates a member was given since then. */
bool store_certificate_since(struct worker *w, int32_t g, const struct id16 *member, int64_t since, uint64_t *n, struct err *e);
/* Groups with certificates that are intended and not published. */
bool store_certificate_groups(struct worker *w, store_found *found, void *arg, struct err *e);

#endif
