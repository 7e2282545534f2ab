/* SPDX-License-Identifier: ISC
 * Values of the store as JSON values, in the project's writing. Each is new; NULL when memory is out, so that json_pack passes that on. */
#ifndef AUTHORITY_VALUE_H
#define AUTHORITY_VALUE_H

#include <jansson.h>

#include "authority/db.h"

json_t *value_digest(const struct digest *d);
json_t *value_thumb(const struct digest *d);
json_t *value_id16(const struct id16 *id);
json_t *value_bytes(struct slice bytes); /* base64url */

/* Columns of a result. NULL also for SQL's NULL, which "o*" leaves out. */
json_t *column_digest(const PGresult *r, int row, int col);
json_t *column_thumb(const PGresult *r, int row, int col);
json_t *column_id16(const PGresult *r, int row, int col);
json_t *column_bytes(const PGresult *r, int row, int col);
json_t *column_int(const PGresult *r, int row, int col);
json_t *column_text(const PGresult *r, int row, int col);
/* A column that holds a document: signed objects and receipts. They were read and checked when they came. */
json_t *column_document(const PGresult *r, int row, int col);
/* Free text with its salt, from two columns: {"text", "salt"}. */
json_t *column_free_text(const PGresult *r, int row, int col);

#endif
