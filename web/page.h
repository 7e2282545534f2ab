/* SPDX-License-Identifier: ISC
 * Escaping for HTML: each value goes into a page through the function of its context, and through no other way. */
#ifndef WEB_PAGE_H
#define WEB_PAGE_H

#include "base/bytes.h"

/* Text between tags, and the value of an attribute that stands in double quotes. Control bytes but tab and newline, and what is no
 * UTF-8, become U+FFFD; bidirectional controls too, so that one value cannot turn the words around it. */
void page_text(struct buf *out, const char *s);

/* A path segment or query value inside an address: everything but RFC 3986's unreserved characters is percent-encoded. The result may
 * stand in an attribute as it is. */
void page_url(struct buf *out, const char *s);

#endif
