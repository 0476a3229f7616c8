// PictureDot: the wait-for picture in the language of Graphviz.
using System.Text;

namespace VaQuest.Diagnosis.Explain.Waits.Picture;

/// <summary>Writes a digraph; every text is a quoted string (https://graphviz.org/doc/info/lang.html).</summary>
public static class PictureDot
{
    public static string Render(WaitPicture picture)
    {
        var text = new StringBuilder("digraph waits {\n  rankdir=LR;\n  node [shape=box];\n");
        for (int i = 0; i < picture.Nodes.Count; i++)
        {
            PictureNode node = picture.Nodes[i];
            string shape = node.Kind switch
            {
                PictureNodeKind.Task => "box",
                PictureNodeKind.More => "plaintext",
                PictureNodeKind.Cpu or PictureNodeKind.Io => "cds",
                _ => "ellipse",
            };
            string marks = node.IsInDeadlock ? ", color=red, penwidth=2" : node.IsRoot ? ", peripheries=2" : "";
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"  n{i} [shape={shape}, label={Quote(string.Join('\n', node.Lines))}, tooltip={Quote(node.Description)}{marks}];\n");
        }

        foreach (PictureEdge edge in picture.Edges)
        {
            string marks = (edge.IsInDeadlock ? ", color=red, penwidth=2" : "") + (edge.IsCertain ? "" : ", style=dashed");
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"  n{edge.From} -> n{edge.To} [label={Quote(edge.Label)}{marks}];\n");
        }

        return text.Append("}\n").ToString();
    }

    // Backslashes begin escapes of labels, so those of the text are doubled; a line break is \n.
    private static string Quote(string text) =>
        "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal) + "\"";
}
