/** Each of the doctor's diagnoses against real sockets and servers. */
@NullMarked
package io.clew.server.doctor;

import org.jspecify.annotations.NullMarked;
