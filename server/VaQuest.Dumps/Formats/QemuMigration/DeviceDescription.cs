// DeviceDescription: reads the JSON at the end of a migration stream, which describes the data of every device.
using System.Text.Json;

namespace VaQuest.Dumps.Formats.QemuMigration;

/// <summary>
/// {"page_size", "devices": [{"name", "instance_id", "fields": [{"name", "type", "size", "array_len"?, …}]}]} (QEMU: migration/vmstate.c). Only the
/// top-level fields of devices "cpu" are kept. Never throws on data.
/// </summary>
internal static class DeviceDescription
{
    private const int MaxCpus = 8192;

    /// <summary>Layouts of the CPUs; empty when the text is damaged.</summary>
    public static IReadOnlyList<CpuLayout> ReadCpus(byte[] json, out int? pageSize)
    {
        pageSize = null;
        var cpus = new List<CpuLayout>();
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 32 });
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return cpus;
            }

            pageSize = NumberOf(root, "page_size");
            if (!root.TryGetProperty("devices", out JsonElement devices) || devices.ValueKind != JsonValueKind.Array)
            {
                return cpus;
            }

            foreach (JsonElement device in devices.EnumerateArray())
            {
                if (cpus.Count < MaxCpus && TextOf(device, "name") == "cpu" && ReadCpu(device) is { } cpu)
                {
                    cpus.Add(cpu);
                }
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            cpus.Clear();
        }

        return cpus;
    }

    private static CpuLayout? ReadCpu(JsonElement device)
    {
        if (!device.TryGetProperty("fields", out JsonElement fields) || fields.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var layout = new CpuLayout(NumberOf(device, "instance_id") ?? 0);
        foreach (JsonElement field in fields.EnumerateArray())
        {
            if (TextOf(field, "name") is not { } name || NumberOf(field, "size") is not { } size
                || !layout.TryAdd(name, size, NumberOf(field, "array_len") ?? 1))
            {
                return null;
            }
        }

        return layout;
    }

    private static string? TextOf(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;

    private static int? NumberOf(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt32(out int number) ? number : null;
}
