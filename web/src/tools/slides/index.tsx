/** Slides: everybody sees the presenter's page, or goes at their own pace; whoever leads has what they need to present. */
import { Presenter } from "./Presenter.tsx";
import { Stage } from "./Stage.tsx";
import "./slides.css";

export default { Panel: Presenter, Stage };
