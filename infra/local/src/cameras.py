"""One RTSP camera that plays a film for ever, as GStreamer's RTSP server serves it.

Run by the system's Python, which has GStreamer's bindings. Settings are one JSON object on the first line of the
standard input: file, port, path, and optionally username, password and auth ("basic" or "digest"). They come that
way because a command line shows a password to everyone on the machine. Then each further line is an order:
"stall" (send nothing, keep every connection), "resume". The standard output tells of each that was obeyed. The end of
the input ends the camera.

The film is read once and its frames are sent as they are, without decoding: each at its time by the clock, with
timestamps that go on rising when the film begins again, and whether or not anybody looks, as a camera does.
"""

import json
import sys
import threading
import time

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstApp", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstApp, GstRtsp, GstRtspServer  # noqa: E402

PAYLOADERS = {
    # The parameter sets come with every key frame, so that whoever joins late can decode.
    "video/x-h264": "rtph264pay config-interval=-1",
    "video/x-h265": "rtph265pay config-interval=-1",
    "image/jpeg": "rtpjpegpay",
    "video/mpeg": "rtpmp4vpay config-interval=1",
}


class Film:
    """The frames of a file's video track in decoding order."""

    def __init__(self, path):
        pipeline = Gst.parse_launch(
            "filesrc name=source ! qtdemux name=demuxer demuxer.video_0 ! queue ! appsink name=sink sync=false"
        )
        pipeline.get_by_name("source").set_property("location", path)
        sink = pipeline.get_by_name("sink")
        pipeline.set_state(Gst.State.PLAYING)
        self.frames = []
        self.caps = None
        while not sink.get_property("eos"):
            fault = pipeline.get_bus().pop_filtered(Gst.MessageType.ERROR)
            if fault is not None:
                sys.exit(f"there is no film in {path}: {fault.parse_error().gerror.message}")
            sample = sink.emit("try-pull-sample", Gst.SECOND // 10)
            if sample is None:
                continue
            self.caps = self.caps or sample.get_caps()
            buffer = sample.get_buffer()
            frame = buffer.extract_dup(0, buffer.get_size())
            dts = buffer.dts if buffer.dts != Gst.CLOCK_TIME_NONE else buffer.pts
            is_key = not buffer.has_flags(Gst.BufferFlags.DELTA_UNIT)
            self.frames.append((frame, buffer.pts, dts, buffer.duration, is_key))
        pipeline.set_state(Gst.State.NULL)
        if not self.frames:
            sys.exit(f"there is no film in {path}")
        first = self.frames[0][2]
        last = self.frames[-1]
        self.frames = [(data, pts - first, dts - first, length, key) for data, pts, dts, length, key in self.frames]
        self.length = last[2] - first + last[3]
        self.payloader = PAYLOADERS.get(self.caps.get_structure(0).get_name())
        if self.payloader is None:
            sys.exit(f"a camera can't send {self.caps.to_string()}")

    def position(self, elapsed):
        """How often the film was played, and the frame that is due, at a time since its beginning."""
        rounds, within = divmod(elapsed, self.length)
        following = (index for index, frame in enumerate(self.frames) if frame[2] >= within)
        return rounds, next(following, len(self.frames))


def running_time(element):
    """The time since the pipeline began to play, 0 before.

    Asked while the pipeline begins to play, GStreamer tells the clock's absolute time: the clock is there before the
    base time is. A frame with such a timestamp would be sent in hours.
    """
    if element.get_state(0).state != Gst.State.PLAYING:
        return 0
    return element.get_current_running_time()


class Player:
    """Feeds the film to every media that the server opens: one for all who look at the same time."""

    def __init__(self, film):
        self.film = film
        self.begun = time.monotonic_ns()
        self.sending = threading.Event()
        self.sending.set()

    def feed(self, source, ended):
        """Sends until the media has ended, beginning at the media's time."""
        film = self.film
        media_offset = None
        following = None
        while not ended.is_set():
            if not self.sending.wait(0.1):
                following = None
                continue
            # At first and after a stall: whatever frame is due now, a key frame or not, as with any camera.
            rounds, index = following or film.position(time.monotonic_ns() - self.begun)
            if index >= len(film.frames):
                following = (rounds + 1, 0)
                continue
            following = (rounds, index + 1)
            data, pts, dts, length, is_key = film.frames[index]
            offset = rounds * film.length
            due = self.begun + offset + dts
            if ended.wait(max(0, due - time.monotonic_ns()) / 1e9):
                return
            if not self.sending.is_set():
                continue
            if media_offset is None:
                media_offset = running_time(source) - offset - dts
            buffer = Gst.Buffer.new_wrapped(data)
            buffer.pts = media_offset + offset + pts
            buffer.dts = media_offset + offset + dts
            buffer.duration = length
            if not is_key:
                buffer.set_flags(Gst.BufferFlags.DELTA_UNIT)
            if source.emit("push-buffer", buffer) != Gst.FlowReturn.OK:
                return

    def on_media(self, _factory, media):
        source = media.get_element().get_by_name("source")
        source.set_property("caps", self.film.caps)
        ended = threading.Event()
        media.connect("unprepared", lambda _media: ended.set())
        threading.Thread(target=self.feed, args=(source, ended), daemon=True).start()


def protect(server, factory, username, password, method):
    """Lets in only who knows the password."""
    digest = method == "digest"
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST if digest else GstRtsp.RTSPAuthMethod.BASIC)
    if digest:
        auth.add_digest(username, password, token)
    else:
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(username, password), token)
    server.set_auth(auth)
    permissions = GstRtspServer.RTSPPermissions()
    permissions.add_role("viewer")
    for permission in ("media.factory.access", "media.factory.construct"):
        permissions.add_permission_for_role("viewer", permission, True)
    factory.set_permissions(permissions)


def main():
    settings = json.loads(sys.stdin.readline())
    Gst.init(None)
    film = Film(settings["file"])
    player = Player(film)
    factory = GstRtspServer.RTSPMediaFactory()
    # max-bytes bounds what waits for a client that doesn't read.
    source = "appsrc name=source is-live=true format=time max-bytes=4000000 leaky-type=downstream"
    factory.set_launch(f"( {source} ! {film.payloader} name=pay0 pt=96 )")
    factory.set_shared(True)
    factory.set_latency(0)
    factory.connect("media-configure", player.on_media)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(str(settings["port"]))
    server.get_mount_points().add_factory(settings["path"], factory)
    if settings.get("username"):
        protect(server, factory, settings["username"], settings["password"], settings.get("auth"))
    if server.attach(None) == 0:
        sys.exit(f"port {settings['port']} can't be listened on")
    loop = GLib.MainLoop()

    def obey():
        for line in sys.stdin:
            order = line.strip()
            if order == "stall":
                player.sending.clear()
            elif order == "resume":
                player.sending.set()
            print(json.dumps({"obeyed": order}), flush=True)
        loop.quit()

    threading.Thread(target=obey, daemon=True).start()
    print(json.dumps({"listening": server.get_bound_port()}), flush=True)
    loop.run()


main()
