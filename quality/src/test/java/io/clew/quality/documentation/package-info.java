/** What the documents claim about the repository, held against the repository. */
@NullMarked
package io.clew.quality.documentation;

import org.jspecify.annotations.NullMarked;
