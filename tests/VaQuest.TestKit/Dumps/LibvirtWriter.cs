// LibvirtWriter: puts libvirt's header around a migration stream.
using System.IO.Compression;
using System.Text;

namespace VaQuest.TestKit.Dumps;

/// <summary>Files of `virsh save`: 0 raw, 1 gzip, 2 bzip2, 3 xz, 4 lzop, 5 zstd.</summary>
public static class LibvirtWriter
{
    private const string Xml = "<domain type='qemu'><name>test</name></domain>\n";

    public static byte[] Wrap(byte[] stream, uint format = 0, bool isBigEndian = false, bool isFinished = true)
    {
        var file = new WireWriter(isBigEndian);
        file.Text(isFinished ? "LibvirtQemudSave" : "LibvirtQemudPart", 16).U32(2).U32((uint)Xml.Length + 1).U32(1).U32(format).Zeros(60);
        return file.Bytes(Encoding.ASCII.GetBytes(Xml + "\0")).Bytes(Compress(stream, format)).ToArray();
    }

    private static byte[] Compress(byte[] stream, uint format)
    {
        switch (format)
        {
            case 1:
                using (var target = new MemoryStream())
                {
                    using (var gzip = new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true))
                    {
                        gzip.Write(stream);
                    }

                    return target.ToArray();
                }

            case 5:
                using (var zstd = new ZstdSharp.Compressor())
                {
                    return zstd.Wrap(stream).ToArray();
                }

            default:
                return stream;
        }
    }
}
