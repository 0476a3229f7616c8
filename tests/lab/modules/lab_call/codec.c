// SPDX-License-Identifier: MIT OR GPL-2.0
// Calls the codec's operation, whatever it points to.
#include <linux/compiler.h>

#include "codec.h"

noinline int codec_run(struct codec *codec, unsigned int length)
{
	int decoded = codec->ops->decode(codec, length); /* lab: codec_run */

	codec->decoded += decoded;
	return decoded;
}
