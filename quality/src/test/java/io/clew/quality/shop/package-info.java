/** {@code ./clew demo} end to end: real services under the real agent, the real server, and what the API says of them. */
@NullMarked
package io.clew.quality.shop;

import org.jspecify.annotations.NullMarked;
