/* SPDX-License-Identifier: ISC */
#include "authority/free_text.h"

#include <string.h>

#include "base/text.h"
#include "peer/application.h"

bool free_text_fits(const struct free_text *t, bool named, const struct digest *digest, struct err *e)
{
	struct digest got;
	size_t n;

	if (t == NULL || t->text == NULL)
		return true;
	n = strnlen(t->text, FREE_TEXT_MAX + 1);
	if (n > FREE_TEXT_MAX)
		return err_set(e, "too_large", "a text has at most %d bytes", FREE_TEXT_MAX);
	if (!text_is_clean(slice_of(t->text, n)))
		return err_set(e, "bad_text", "the text has characters that cannot be shown, or more than one line");
	if (!named)
		return err_set(e, "text_differs", "a text came with an object that names none");
	text_digest(t->salt, slice_of(t->text, n), &got);
	if (digest_compare(&got, digest) != 0)
		return err_set(e, "text_differs", "the text (with its salt) is not the one whose digest was signed");
	return true;
}
