/* SPDX-License-Identifier: ISC */
#include "authority/value.h"

#include <stdlib.h>

#include "base/json.h"
#include "base/jwk.h"

json_t *value_digest(const struct digest *d)
{
	char text[DIGEST_TEXT];

	digest_text(d, text);
	return json_string(text);
}

json_t *value_thumb(const struct digest *d)
{
	char text[THUMB_TEXT];

	thumb_text(d, text);
	return json_string(text);
}

json_t *value_id16(const struct id16 *id)
{
	char text[ID16_TEXT];

	id16_text(id, text);
	return json_string(text);
}

json_t *value_bytes(struct slice bytes)
{
	char *text = malloc(base64url_length(bytes.n) + 1);
	json_t *v;

	if (text == NULL)
		return NULL;
	base64url_encode(bytes.p, bytes.n, text);
	v = json_string(text);
	free(text);
	return v;
}

json_t *column_digest(const PGresult *r, int row, int col)
{
	struct digest d;

	return res_digest(r, row, col, &d) ? value_digest(&d) : NULL;
}

json_t *column_thumb(const PGresult *r, int row, int col)
{
	struct digest d;

	return res_digest(r, row, col, &d) ? value_thumb(&d) : NULL;
}

json_t *column_id16(const PGresult *r, int row, int col)
{
	struct id16 id;

	return res_id16(r, row, col, &id) ? value_id16(&id) : NULL;
}

json_t *column_bytes(const PGresult *r, int row, int col)
{
	return res_null(r, row, col) ? NULL : value_bytes(res_bytes(r, row, col));
}

json_t *column_int(const PGresult *r, int row, int col)
{
	return res_null(r, row, col) ? NULL : json_integer(res_int(r, row, col));
}

json_t *column_text(const PGresult *r, int row, int col)
{
	return res_null(r, row, col) ? NULL : json_string(res_text(r, row, col));
}

json_t *column_document(const PGresult *r, int row, int col)
{
	const struct slice text = res_bytes(r, row, col);

	return res_null(r, row, col) ? NULL : json_read(text, text.n, NULL);
}

json_t *column_free_text(const PGresult *r, int row, int col)
{
	if (res_null(r, row, col) || res_null(r, row, col + 1))
		return NULL;
	return json_pack("{s:o,s:o}", "text", column_text(r, row, col), "salt", column_bytes(r, row, col + 1));
}
